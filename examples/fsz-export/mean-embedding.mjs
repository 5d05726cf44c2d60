// The mean embedding of each refined faceset, as safetensors: node mean-embedding.mjs FACES.npz refine_manifest.json OUT
import { writeFile } from 'node:fs/promises';
import { embeddingOf, readFaceCache } from '@face-sets/cache-npz';
import { encodeSafetensors, meanEmbedding } from '@face-sets/fsz-export';
import { readManifest, rowsOfFaces } from '@face-sets/manifests';

const [file, manifest, out] = process.argv.slice(2);
const cache = await readFaceCache(file);
const { facesets } = await readManifest(manifest, 'refine');
const mean = (faces) => meanEmbedding(rowsOfFaces(cache, faces).map((row) => embeddingOf(cache, row)));
const tensor = ({ id, faces }) => [id, { shape: [cache.dim], data: Float32Array.from(mean(faces)) }];
await writeFile(out, encodeSafetensors(Object.fromEntries(facesets.map(tensor))));
console.log(`${facesets.length} facesets`);
