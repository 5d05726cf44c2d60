// Who is on a photo: node who-is-on.mjs FACES.npz RAW/manifest.json NAME-OF-PHOTO
import { readFaceCache } from '@face-sets/cache-npz';
import { readManifest, rowsOfFaces } from '@face-sets/manifests';

const [file, manifest, name] = process.argv.slice(2);
const cache = await readFaceCache(file, { members: ['bbox', 'detScore'] });
const { people } = await readManifest(manifest, 'cluster');
for (const { id, faces } of people) {
  const rows = rowsOfFaces(
    cache,
    faces.filter(({ source }) => source.endsWith(name)),
  );
  for (const row of rows) console.log(`${id}: face ${row}, score ${cache.detScore[row].toFixed(2)}`);
}
