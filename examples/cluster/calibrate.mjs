// Which threshold fits a library and its model: node calibrate.mjs FACES.npz
import { embeddingMatrix, readFaceCache } from '@face-sets/cache-npz';
import { calibrateLibrary } from '@face-sets/cluster';

const cache = await readFaceCache(process.argv[2], { members: ['embedding'] });
try {
  const { suggested, doubts } = calibrateLibrary(embeddingMatrix(cache), { imageIndex: cache.imageIndex });
  console.log(suggested.toFixed(2), ...doubts);
} catch (error) {
  console.log(error.message); // such as: fewer than 10 pairs of different people
}
