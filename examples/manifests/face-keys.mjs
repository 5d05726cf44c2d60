// A name for each face of a refined faceset that survives moved files: node face-keys.mjs refine_manifest.json
import { faceKey, readManifest } from '@face-sets/manifests';

const { facesets } = await readManifest(process.argv[2], 'refine');
for (const { id, faces } of facesets) {
  for (const face of faces) console.log(id, faceKey(face));
}
