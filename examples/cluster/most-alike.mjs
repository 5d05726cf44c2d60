// The faces nearest to one face of a cache: node most-alike.mjs FACES.npz ROW
import { embeddingMatrix, readFaceCache } from '@face-sets/cache-npz';
import { distancesTo, rowOf } from '@face-sets/cluster';

const cache = await readFaceCache(process.argv[2], { members: ['embedding'] });
const matrix = embeddingMatrix(cache);
const row = Number(process.argv[3]);
const distances = distancesTo(matrix, rowOf(matrix, row));
const nearest = [...distances.keys()].sort((a, b) => distances[a] - distances[b]).slice(1, 4);
for (const face of nearest) console.log(face, distances[face].toFixed(3));
