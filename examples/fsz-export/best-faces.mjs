// The best faces of a library, with what the score is made of: node best-faces.mjs FACES.npz COUNT
import { readFaceCache } from '@face-sets/cache-npz';
import { rankFaces } from '@face-sets/fsz-export';

const cache = await readFaceCache(process.argv[2]);
const all = Array.from({ length: cache.faceCount }, (_, row) => row);
for (const { row, score, parts } of rankFaces(cache, all).slice(0, Number(process.argv[3]))) {
  const photo = cache.images[cache.imageIndex[row]].path;
  console.log(score.toFixed(3), photo, `frontality ${parts.frontality.toFixed(2)}`);
}
