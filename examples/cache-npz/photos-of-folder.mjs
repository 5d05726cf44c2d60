// How many faces were found below each folder: node photos-of-folder.mjs FACES.npz FOLDER…
import { facesByImage, imagesBelow, readFaceCache } from '@face-sets/cache-npz';

const [file, ...folders] = process.argv.slice(2);
const cache = await readFaceCache(file, { members: [] });
const faces = facesByImage(cache);
const [images] = await imagesBelow(cache, [folders]);
images.forEach((numbers, i) => {
  const found = numbers.reduce((sum, image) => sum + faces[image].length, 0);
  console.log(`${folders[i]}: ${numbers.length} photos, ${found} faces`);
});
