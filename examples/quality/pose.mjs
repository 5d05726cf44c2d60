// How much each face of an enriched cache looks into the camera, best last: node pose.mjs FACES.npz
import { readFaceCache } from '@face-sets/cache-npz';
import { frontality, landmarkSymmetry } from '@face-sets/quality';

const cache = await readFaceCache(process.argv[2], { members: ['pose', 'kps'] });
const faces = Array.from({ length: cache.faceCount }, (_, face) => {
  const pose = cache.pose.subarray(face * 3, face * 3 + 3);
  const symmetry = landmarkSymmetry({ kps: cache.kps.subarray(face * 10, face * 10 + 10) });
  return { face, frontality: frontality(pose), symmetry };
});
faces.sort((a, b) => a.frontality - b.frontality);
for (const row of faces) console.log(row.face, row.frontality.toFixed(2), row.symmetry.toFixed(2));
