// Prints a text member of a .npz, such as the list of photos of a face cache: node print-member.mjs FACES.npz images.jsonl
import { openNpz } from '@face-sets/npz/file';

const [file, member] = process.argv.slice(2);
const npz = await openNpz(file);
for await (const piece of npz.chunks(member)) process.stdout.write(piece);
await npz.close();
