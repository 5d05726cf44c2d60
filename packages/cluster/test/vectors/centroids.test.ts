import { describe, expect, it } from 'vitest';
import { centroidDistances, centroidOf, matrixFrom } from '../../src/index.js';
import { at, cosine } from '../helpers.js';

describe('centroidOf', () => {
  it('is the mean direction, whatever the lengths, and skips rows without one', () => {
    const matrix = matrixFrom([
      [1, 0],
      [0, 50],
      [0, 0],
      [Number.NaN, 1],
    ]);
    const centroid = centroidOf(matrix, [0, 1, 2, 3]);
    expect(centroid[0]).toBeCloseTo(Math.SQRT1_2, 6);
    expect(centroid[1]).toBeCloseTo(Math.SQRT1_2, 6);
  });

  it('is all zeros where no row counts, or they cancel out', () => {
    const matrix = matrixFrom([
      [0.1, 0.7],
      [-0.1, -0.7],
    ]);
    expect([...centroidOf(matrix, [])]).toEqual([0, 0]);
    expect([...centroidOf(matrix, [0, 1])]).toEqual([0, 0]);
  });
});

describe('centroidDistances', () => {
  it('measures each row to its own centroid, and says NaN where there is none', () => {
    const matrix = matrixFrom([at(0), at(20), at(90), [0, 0]]);
    const distances = centroidDistances(matrix, [0, 0, -1, 0]);
    expect(distances[0]).toBeCloseTo(cosine(10), 6);
    expect(distances[1]).toBeCloseTo(cosine(10), 6);
    expect(distances[2]).toBeNaN();
    expect(distances[3]).toBeNaN();
    expect(() => centroidDistances(matrix, [0])).toThrow(/1 labels for 4 rows/);
  });
});
