// Replaces a file so that a crash leaves the old one or the new one: node save.mjs FILE TEXT
import { writeFileAtomic } from '@face-sets/files';

const [file, text] = process.argv.slice(2);
await writeFileAtomic(file, `${text}\n`);
console.log(`saved ${file}`);
