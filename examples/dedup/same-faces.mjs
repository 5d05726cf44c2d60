// Pairs of faces that near-duplicates show twice: node same-faces.mjs FACES.npz.duplicates.json
import { duplicatePairs } from '@face-sets/dedup';
import { readManifest } from '@face-sets/manifests';

const pairs = duplicatePairs(await readManifest(process.argv[2], 'duplicates'));
for (const [a, b] of pairs) console.log(`face ${a} is face ${b}`);
console.log(`${pairs.length} pairs`);
