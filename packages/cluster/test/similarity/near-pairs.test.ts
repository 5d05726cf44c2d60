import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { cosineDistance, matrixFrom, nearPairs, rowOf } from '../../src/index.js';
import { people } from '../helpers.js';

describe('nearPairs', () => {
  it('finds exactly the pairs within the threshold, nearest first', () => {
    const random = seeded(61);
    for (const [rows, others, cols] of [
      [0, 5, 3],
      [5, 0, 3],
      [1, 1, 1],
      [9, 140, 17],
      [140, 9, 512],
      [3, 300, 64],
    ]) {
      const a = people([rows], cols, 1.5, random);
      const b = people([others], cols, 1.5, random);
      if (rows > 3) a.data.fill(0, 0, cols);
      if (others > 3) b.data.fill(Number.NaN, cols, 2 * cols);
      for (const threshold of [0.2, 0.9, 1.1, 2]) {
        const expected = Array.from({ length: rows }, (_, i) => i).flatMap((i) =>
          Array.from({ length: others }, (_, j) => ({
            a: i,
            b: j,
            distance: cosineDistance(rowOf(a, i), rowOf(b, j)),
          }))
            .filter(({ distance }) => distance <= threshold)
            .sort((x, y) => x.distance - y.distance || x.b - y.b),
        );
        expect(nearPairs(a, b, threshold)).toEqual(expected);
      }
    }
  });

  it('refuses rows of different models', () => {
    expect(() => nearPairs(matrixFrom([[1, 2]]), matrixFrom([[1, 2, 3]]), 1)).toThrow(/2 and of 3/);
  });
});
