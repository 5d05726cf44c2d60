import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import {
  type Enrichment,
  FaceCacheWriter,
  type FaceRow,
  type ImageRecord,
  type OpenFaceCacheOptions,
} from '../src/index.js';

/** Length of the test embeddings: an odd number, so that alignment cannot come right by chance. */
export const DIM = 5;

/** What the test caches are made with. */
export const PROVENANCE: OpenFaceCacheOptions = {
  tool: 'test 1',
  models: {
    detection: { name: 'det.onnx', sha256: 'd'.repeat(64) },
    recognition: { name: 'rec.onnx', sha256: 'e'.repeat(64) },
  },
  detection: { sizes: [128, 640], threshold: 0.5, nms: 0.4 },
  embeddingDim: DIM,
};

/** Number of faces of the i-th test image: 0, 1, 2, 3, 0, … */
export function facesOf(i: number): number {
  return i % 4;
}

/** The i-th test image; its name is ASCII, Greek or an emoji in turn. */
export function imageRecord(i: number): ImageRecord {
  return {
    path: `/photos/${['a', 'ψ "x"\n', '😀'][i % 3]}${i}.jpg`,
    pathAliases: i % 5 === 0 ? [`/copies/${i}.jpg`] : [],
    sha256: createHash('sha256').update(`image ${i}`).digest('hex'),
    size: 1000 + i,
    mtime: 1_700_000_000_000.5 + i,
    width: 640,
    height: 480,
    status: facesOf(i) === 0 ? 'noface' : 'faces',
  };
}

/** The k-th face of the i-th test image; every number of it tells which it is. */
function faceRow(i: number, k: number): FaceRow {
  const id = i * 10 + k;
  return {
    bbox: [id, id + 0.25, id + 50, id + 60],
    kps: Float32Array.from({ length: 10 }, (_, n) => id + n / 16),
    detScore: 0.5 + (id % 8) / 16,
    blur: id + 0.5,
    embedding: Float32Array.from({ length: DIM }, (_, n) => id * 8 + n),
  };
}

/** The faces of the i-th test image. */
export function faceRows(i: number): FaceRow[] {
  return Array.from({ length: facesOf(i) }, (_, k) => faceRow(i, k));
}

/** Landmarks and pose of a test face; every third has none. */
export function enrichmentOf(face: number): Enrichment {
  if (face % 3 === 2) return { landmark2d106: null, landmark3d68: null, pose: null };
  return {
    landmark2d106: Float32Array.from({ length: 212 }, (_, n) => face + n / 256),
    landmark3d68: Float32Array.from({ length: 204 }, (_, n) => -face - n / 256),
    pose: Float32Array.of(face, face + 1, face + 2),
  };
}

/** Where a cache can be made, in a folder of its own. */
export function newPath(): string {
  return join(tempDir('cache'), 'faces.npz');
}

/** Adds the test images from `from` to before `to` to a cache, which is made where there is none. */
export async function build(path: string, from: number, to: number, options = PROVENANCE): Promise<void> {
  const writer = await FaceCacheWriter.open(path, options);
  for (let i = from; i < to; i++) writer.addImage(imageRecord(i), faceRows(i));
  await writer.close();
}
