import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { onnxSimilarity } from '../../src/index.js';

/** Unit vectors in a few bundles. */
function bundles(rows: number, cols: number, seed: number) {
  const random = seeded(seed);
  const data = new Float32Array(rows * cols);
  const centers = Array.from({ length: 90 }, () => Array.from({ length: cols }, () => random() - 0.5));
  for (let row = 0; row < rows; row++) {
    const vector = centers[Math.floor(random() * 90)]!.map((value) => value + 0.7 * (random() - 0.5));
    const length = Math.hypot(...vector);
    data.set(
      vector.map((value) => value / length),
      row * cols,
    );
  }
  return { data, rows, cols };
}

describe('onnxSimilarity', () => {
  it('reports every similar pair once, also across its blocks, within its tolerance', async () => {
    const backend = onnxSimilarity({ threads: 1 });
    for (const [rows, cols] of [
      [0, 3],
      [1, 3],
      [40, 1],
      [700, 33],
      [4700, 8],
    ] as const) {
      const unit = bundles(rows, cols, rows);
      const least = 0.6;
      const tolerance = backend.tolerance(cols);
      const found = new Map<number, number>();
      let twice = 0;
      await backend.pairs(unit, least - tolerance, ({ i, j, similarity }) => {
        for (let k = 0; k < i.length; k++) {
          if (i[k]! >= j[k]!) continue;
          if (found.has(i[k]! * rows + j[k]!)) twice++;
          found.set(i[k]! * rows + j[k]!, similarity[k]!);
        }
      });
      let missing = 0;
      let worst = 0;
      let pairs = 0;
      // every pair of the small ones, of the largest some
      const step = rows > 1000 ? 7 : 1;
      for (let a = 0; a < rows; a += step) {
        for (let b = a + 1; b < rows; b += step) {
          let exact = 0;
          for (let k = 0; k < cols; k++) exact += unit.data[a * cols + k]! * unit.data[b * cols + k]!;
          const similarity = found.get(a * rows + b);
          if (exact >= least) pairs++;
          if (exact >= least && similarity === undefined) missing++;
          if (similarity !== undefined) worst = Math.max(worst, Math.abs(similarity - exact));
        }
      }
      expect([missing, twice]).toEqual([0, 0]);
      expect(worst).toBeLessThanOrEqual(tolerance);
      if (rows > 1) expect(pairs).toBeGreaterThan(rows / step / 9);
    }
  });
});
