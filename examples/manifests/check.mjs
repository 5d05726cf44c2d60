// Whether a manifest is in order, and what is wrong with it: node check.mjs KIND FILE
import { ManifestError, readManifest } from '@face-sets/manifests';

const [kind, file] = process.argv.slice(2);
try {
  await readManifest(file, kind);
  console.log('in order');
} catch (error) {
  if (!(error instanceof ManifestError)) throw error;
  console.log(error.message);
}
