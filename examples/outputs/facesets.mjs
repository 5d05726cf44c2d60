// The facesets of an export as they are now, with the names given to them: node facesets.mjs FACESETS
import { readCollection } from '@face-sets/outputs';

const { facesets, missing } = await readCollection(process.argv[2]);
for (const { entry, name } of facesets) console.log(`${entry.id}: ${name}, ${entry.status}`);
console.log(`${missing.length} missing`);
