// Finds mirrored copies too, and gives up after some seconds: node mirrored.mjs FACES.npz SECONDS
import { cacheDigest, readFaceCache } from '@face-sets/cache-npz';
import { findDuplicates } from '@face-sets/dedup';
import { decodeImage, rotateImage } from '@face-sets/photos';

const [path, seconds] = process.argv.slice(2);
const decode = async (photo, { longSide, rotation }) =>
  rotateImage((await decodeImage(photo, { longSide })).image, rotation);
const onProgress = ({ done, total }) => console.error(`${done} of ${total}`);
const input = { cache: await readFaceCache(path), cacheFile: { path, sha256: await cacheDigest(path) } };
const signal = AbortSignal.timeout(seconds * 1000);
const { summary } = await findDuplicates({ ...input, decode, mirrored: true, onProgress, signal });
console.log(summary);
