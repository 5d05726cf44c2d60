// Copies that are the same byte for byte, from a list of duplicates: node exact.mjs FACES.npz.duplicates.json
import { readManifest } from '@face-sets/manifests';

const { identical } = await readManifest(process.argv[2], 'duplicates');
for (const { best, copies } of identical) {
  console.log(`keep ${best}`);
  for (const { source } of copies) console.log(`  copy ${source}`);
}
console.log(`${identical.length} groups`);
