// Which step each folder comes from: node kinds.mjs FOLDER…
import { ManifestError } from '@face-sets/manifests';
import { outputKind } from '@face-sets/review';

for (const folder of process.argv.slice(2)) {
  const kind = await outputKind(folder).catch((error) => {
    if (error instanceof ManifestError) return 'no output';
    throw error;
  });
  console.log(`${folder}: ${kind}`);
}
