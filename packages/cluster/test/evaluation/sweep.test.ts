import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import {
  agglomerative,
  clusterPeople,
  type FaceMatrix,
  jsSimilarity,
  type SimilarityBackend,
  thresholdSweep,
} from '../../src/index.js';
import { gaussian } from '../helpers.js';

/** Overlapping groups of unit-less vectors, with some rows doubled and one without a direction. */
function faces(rows: number, cols: number, seed: number): FaceMatrix {
  const random = seeded(seed);
  const centers = Array.from({ length: 12 }, () => Array.from({ length: cols }, () => gaussian(random)));
  const data = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    const center = centers[Math.floor(random() ** 2 * centers.length)];
    for (let k = 0; k < cols; k++) data[row * cols + k] = center[k] + 0.9 * gaussian(random);
    if (row % 40 === 39) data.copyWithin(row * cols, (row - 1) * cols, row * cols);
  }
  data.fill(0, 0, cols);
  return { data, rows, cols };
}

const THRESHOLDS = [0.5, 0.1, 0.3, 0.7, 0, 0.3];

describe('thresholdSweep', () => {
  it('gives what agglomerative gives at each threshold, whatever the linkage and constraints', async () => {
    const matrix = faces(300, 24, 81);
    const imageIndex = Array.from({ length: matrix.rows }, (_, row) => row >> 1);
    for (const linkage of ['average', 'complete', 'single'] as const) {
      for (const constraints of linkage === 'single' ? [undefined] : [undefined, { imageIndex }]) {
        const swept = await thresholdSweep(matrix, THRESHOLDS, { linkage, constraints, mergeThreshold: 0 });
        for (const [i, threshold] of THRESHOLDS.entries()) {
          expect(swept[i]).toEqual(await agglomerative(matrix, { threshold, linkage, constraints }));
        }
      }
    }
  });

  it('merges near centroids as clusterPeople does', async () => {
    const matrix = faces(240, 24, 85);
    const imageIndex = Array.from({ length: matrix.rows }, (_, row) => row >> 1);
    const constraints = { imageIndex };
    const swept = await thresholdSweep(matrix, [0.2, 0.5], { constraints, mergeThreshold: 0.3 });
    for (const [i, threshold] of [0.2, 0.5].entries()) {
      const merged = await clusterPeople(matrix, { threshold, constraints, mergeThreshold: 0.3 });
      expect(swept[i]).toEqual(merged);
      expect(merged).not.toEqual(await agglomerative(matrix, { threshold, constraints }));
    }
  });

  it('makes the product of all rows once', async () => {
    let products = 0;
    const counting: SimilarityBackend = {
      tolerance: jsSimilarity.tolerance,
      pairs: (...args) => {
        products++;
        return jsSimilarity.pairs(...args);
      },
    };
    await thresholdSweep(faces(200, 16, 82), THRESHOLDS, { similarity: counting, mergeThreshold: 0 });
    expect(products).toBe(1);
  });

  it('answers for no faces, one face and no thresholds', async () => {
    const none = { data: new Float32Array(0), rows: 0, cols: 8 };
    expect(await thresholdSweep(none, [0.5])).toEqual([new Int32Array(0)]);
    expect(await thresholdSweep(faces(1, 8, 83), [0.2, 0.5])).toEqual([Int32Array.of(0), Int32Array.of(0)]);
    expect(await thresholdSweep(faces(9, 8, 84), [])).toEqual([]);
  });
});
