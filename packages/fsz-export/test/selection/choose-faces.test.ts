import { expect, it } from 'vitest';
import { chooseFaces } from '../../src/selection/choose-faces.js';
import type { ExportCache } from '../../src/selection/export-cache.js';
import type { PlannedFace } from '../../src/selection/plan-faceset.js';

/** Faces on these images; embeddings equal where the letters are. */
function setUp(faces: readonly { image: number; looks: string }[]) {
  const cache = {
    images: [],
    faceCount: faces.length,
    dim: 2,
    imageIndex: Int32Array.from(faces, ({ image }) => image),
    embedding: Float32Array.from(faces.flatMap(({ looks }) => (looks === 'a' ? [1, 0] : [0, 1]))),
    bbox: Float32Array.from(faces.flatMap(() => [0, 0, 100, 130])),
    detScore: new Float32Array(faces.length),
    blur: new Float32Array(faces.length),
  } as ExportCache;
  const planned = faces.map((_, row) => ({ ranked: { row, score: 1 - row / 10 } }) as PlannedFace);
  const hashes = new Map(faces.map((_, row) => [row, [0, 0] as const]));
  return (failed: number[] = []) => {
    const reasons = new Map(failed.map((i) => [i, { code: 'second-face', message: '' }]));
    const { kept, rejected } = chooseFaces(cache, planned, hashes, 0.15, reasons);
    return { kept, because: [...rejected].map(([i, { code, represented_by: row }]) => [i, code, row]) };
  };
}

it('keeps one of near-duplicates and one of each photo, and lets the next take the place of one that failed', () => {
  const choose = setUp([
    { image: 0, looks: 'a' },
    { image: 1, looks: 'a' },
    { image: 0, looks: 'b' },
    { image: 2, looks: 'b' },
  ]);
  // Face 3 is like face 2, which is not exported: so face 3 is.
  expect(choose()).toEqual({
    kept: [0, 3],
    because: [
      [1, 'near-duplicate', 0],
      [2, 'same-image', 0],
    ],
  });
  expect(choose([0])).toEqual({
    kept: [1, 2],
    because: [
      [0, 'second-face', undefined],
      [3, 'near-duplicate', 2],
    ],
  });
});
