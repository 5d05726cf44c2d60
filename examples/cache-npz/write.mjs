// Keeps the faces of your own detector in a cache that survives a crash: node write.mjs OUT.npz
import { FaceCacheWriter } from '@face-sets/cache-npz';

const sha256 = '0'.repeat(64);
const models = { detection: { name: 'mine', sha256 }, recognition: { name: 'mine', sha256 } };
const detection = { sizes: [640], threshold: 0.5, nms: 0.4 };
const settings = { tool: 'my tool 1.0', models, detection, embeddingDim: 4 };
const writer = await FaceCacheWriter.open(process.argv[2], settings);
const photo = { path: '/photos/ada.jpg', pathAliases: [], sha256: 'a'.repeat(64), size: 1, mtime: 0 };
const face = { bbox: [1, 2, 30, 40], kps: Array(10).fill(5), detScore: 0.9, blur: 80 };
const faces = [{ ...face, embedding: Float32Array.of(1, 2, 3, 4) }];
writer.addImage({ ...photo, width: 100, height: 80, status: 'faces' }, faces);
await writer.flush(); // from here on, a crash does not lose it
await writer.close();
