import { FaceCacheWriter } from '../dist/index.js';

/** Length of an embedding in the benchmarks: that of the buffalo packs. */
export const DIM = 512;

const PROVENANCE = {
  tool: 'benchmark',
  models: {
    detection: { name: 'd.onnx', sha256: 'd'.repeat(64) },
    recognition: { name: 'r.onnx', sha256: 'e'.repeat(64) },
  },
  detection: { sizes: [128, 640], threshold: 0.5, nms: 0.4 },
  embeddingDim: DIM,
};

/** Opens a cache whose journal is only folded on request. */
export function openCache(path) {
  return FaceCacheWriter.open(path, { ...PROVENANCE, journalLimit: Number.POSITIVE_INFINITY });
}

const embedding = Float32Array.from({ length: DIM }, (_, i) => Math.sin(i * 12.9898) * 0.1);
const kps = Float32Array.from({ length: 10 }, (_, i) => 20 + i);

/** Adds images of two faces each until the cache has `faces`, flushing every 5,000 images. */
export async function fill(writer, faces) {
  for (let i = writer.images.length; writer.faceCount < faces; i++) {
    addOne(writer, i);
    if (i % 5000 === 4999) await writer.flush();
  }
  await writer.flush();
}

/** Adds an image with two faces. */
export function addOne(writer, i) {
  const row = { bbox: [10, 20, 110, 140 + (i % 7)], kps, detScore: 0.8, blur: 90, embedding };
  const record = {
    path: `/photos/${i % 1000}/IMG_${i}.jpg`,
    pathAliases: [],
    sha256: i.toString(16).padStart(64, '0'),
    size: 3_000_000 + i,
    mtime: 1_700_000_000_000 + i,
    width: 4000,
    height: 3000,
    status: 'faces',
  };
  writer.addImage(record, [row, row]);
}

/** Middle value. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
