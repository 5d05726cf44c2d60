// Lists duplicates beside the cache, where calibrate and report look for them: node save.mjs FACES.npz
import { cacheDigest, readFaceCache } from '@face-sets/cache-npz';
import { findDuplicates } from '@face-sets/dedup';
import { duplicatesPath, writeManifest } from '@face-sets/manifests';
import { decodeImage, rotateImage } from '@face-sets/photos';

const path = process.argv[2];
const decode = async (photo, { longSide, rotation }) =>
  rotateImage((await decodeImage(photo, { longSide })).image, rotation);
const cacheFile = { path, sha256: await cacheDigest(path) };
const duplicates = await findDuplicates({ cache: await readFaceCache(path), cacheFile, decode });
await writeManifest(duplicatesPath(path), 'duplicates', duplicates);
console.log(duplicatesPath(path));
