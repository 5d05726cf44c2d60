// Groups embeddings of your own, a JSON list of vectors: node group.mjs EMBEDDINGS.json
import { readFile } from 'node:fs/promises';
import { agglomerative, matrixFrom } from '@face-sets/cluster';

const vectors = JSON.parse(await readFile(process.argv[2], 'utf8'));
const labels = await agglomerative(matrixFrom(vectors), { threshold: 0.55 });
console.log(labels.join(' '));
