// Who has nearly enough good photos for a faceset, and what is missing: node near-misses.mjs refine_manifest.json
import { readManifest } from '@face-sets/manifests';
import { lowerLimits, nearMisses, nearMissText } from '@face-sets/outputs';

const manifest = await readManifest(process.argv[2], 'refine');
for (const miss of nearMisses(manifest)) console.log(nearMissText(miss));
for (const { minFaces, facesets } of lowerLimits(manifest)) console.log(minFaces, facesets);
console.log(`${manifest.facesets.length} facesets`);
