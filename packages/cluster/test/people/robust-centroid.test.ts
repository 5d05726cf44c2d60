import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { type FaceMatrix, robustCentroid } from '../../src/index.js';
import { gaussian } from '../helpers.js';

const DIM = 32;

/** Faces scattered around the direction of `axis`, of different lengths. */
function someFaces(count: number, seed: number, spread: number, axis = 0): number[][] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => {
    const length = 15 + 10 * random();
    return Array.from(
      { length: DIM },
      (_, k) => length * ((k === axis ? 1 : 0) + (spread * gaussian(random)) / Math.sqrt(DIM)),
    );
  });
}

const matrix = (rows: number[][]): FaceMatrix => ({
  data: Float32Array.from(rows.flat()),
  rows: rows.length,
  cols: DIM,
});

describe('robustCentroid', () => {
  it('does not move for a few strangers among many faces, and names them', () => {
    const faces = someFaces(30, 2, 0.4);
    const strangers = someFaces(3, 9, 0.1, DIM - 1);
    const without = robustCentroid(matrix(faces)).centroid;
    const { centroid, outliers } = robustCentroid(matrix([...faces, ...strangers]));
    expect(outliers).toEqual([30, 31, 32]);
    const cosine = centroid.reduce((sum, value, k) => sum + value * without[k], 0);
    expect(1 - cosine).toBeLessThan(1e-3);
  });

  it('takes no face of very few for an outlier', () => {
    expect(robustCentroid(matrix(someFaces(3, 4, 2))).outliers).toEqual([]);
  });

  it('counts a face without a direction among the outliers', () => {
    const faces = someFaces(8, 5, 0.3);
    faces[3].fill(0);
    const { centroid, outliers } = robustCentroid(matrix(faces));
    expect(outliers).toEqual([3]);
    expect(Math.hypot(...centroid)).toBeCloseTo(1, 6);
    expect(robustCentroid(matrix([]))).toEqual({ centroid: new Float32Array(DIM), outliers: [] });
  });
});
