// The files that hold the same photo, and the best of each: node find.mjs FACES.npz
import { cacheDigest, readFaceCache } from '@face-sets/cache-npz';
import { findDuplicates } from '@face-sets/dedup';
import { decodeImage, rotateImage } from '@face-sets/photos';

const path = process.argv[2];
const decode = async (photo, { longSide, rotation }) =>
  rotateImage((await decodeImage(photo, { longSide })).image, rotation);
const cacheFile = { path, sha256: await cacheDigest(path) };
const { summary } = await findDuplicates({ cache: await readFaceCache(path), cacheFile, decode });
console.log(summary);
