// Who is on which photo, by the cache alone: node people.mjs FACES.npz
import { embeddingMatrix, readFaceCache } from '@face-sets/cache-npz';
import { agglomerative, membersOf } from '@face-sets/cluster';

const cache = await readFaceCache(process.argv[2], { members: ['embedding'] });
const constraints = { imageIndex: cache.imageIndex }; // two faces of one photo are two people
const labels = await agglomerative(embeddingMatrix(cache), { threshold: 0.55, constraints });
for (const [person, faces] of membersOf(labels).entries()) {
  const photos = new Set(faces.map((face) => cache.images[cache.imageIndex[face]].path));
  console.log(`person ${person}: ${faces.length} faces in ${photos.size} photos`);
}
