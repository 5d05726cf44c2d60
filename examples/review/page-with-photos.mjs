// The page of an output, with scores from the cache and thumbnails of the photos: node page-with-photos.mjs OUT FACES.npz
import { readFaceCache } from '@face-sets/cache-npz';
import { decodeImage } from '@face-sets/photos';
import { writeReport } from '@face-sets/review';

const [out, file] = process.argv.slice(2);
const decode = async (path) => (await decodeImage(path)).image;
const { path, thumbnails } = await writeReport(out, { cache: await readFaceCache(file), decode });
console.log(path, thumbnails);
