// Clones photos into a folder under names that cannot clash: node place.mjs FOLDER PHOTO…
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { materialize, safeDstName } from '@face-sets/outputs';

const [folder, ...photos] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
for (const photo of photos.map((path) => resolve(path))) {
  const result = await materialize(photo, join(folder, safeDstName(photo)), { mode: 'clone' });
  console.log(result.status, result.message ?? '');
}
