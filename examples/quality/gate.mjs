// Which faces of a cache are too small, too blurry or too uncertain: node gate.mjs FACES.npz
import { readFaceCache } from '@face-sets/cache-npz';
import { gateFailures } from '@face-sets/quality';

const cache = await readFaceCache(process.argv[2], { members: ['bbox', 'detScore', 'blur'] });
for (let face = 0; face < cache.faceCount; face++) {
  const bbox = cache.bbox.subarray(face * 4, face * 4 + 4);
  const failures = gateFailures({ bbox, detScore: cache.detScore[face], blur: cache.blur[face] });
  const photo = cache.images[cache.imageIndex[face]].path;
  console.log(photo, failures.map(({ message }) => message).join('; ') || 'good');
}
