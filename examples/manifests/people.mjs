// How many faces each person of an output of cluster has: node people.mjs RAW/manifest.json
import { readManifest } from '@face-sets/manifests';

const { people, summary } = await readManifest(process.argv[2], 'cluster');
for (const { id, faces } of people) console.log(`${id}: ${faces.length} faces`);
console.log(summary);
