// Faces that do not fit their group, in a JSON list of { label, embedding }: node outliers.mjs FACES.json
import { readFile } from 'node:fs/promises';
import { matrixFrom, rejectOutliers } from '@face-sets/cluster';

const faces = JSON.parse(await readFile(process.argv[2], 'utf8'));
const labels = faces.map(({ label }) => label);
const matrix = matrixFrom(faces.map(({ embedding }) => embedding));
const { outlier, distance } = rejectOutliers(matrix, labels, { threshold: 0.55 });
faces.forEach(({ label }, i) => {
  if (outlier[i]) console.log(`face ${i} is ${distance[i].toFixed(2)} away from group ${label}`);
});
