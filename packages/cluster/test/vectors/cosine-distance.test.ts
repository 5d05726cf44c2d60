import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { centroidDistances, cosineDistance, distancesTo, matrixFrom, rowOf } from '../../src/index.js';
import { people } from '../helpers.js';

describe('cosineDistance', () => {
  it('is 0 for one direction, 1 at a right angle and 2 for opposite directions, whatever the lengths', () => {
    expect(cosineDistance([1, 2, 3], [10, 20, 30])).toBeCloseTo(0, 12);
    expect(cosineDistance([0, 5], [3, 0])).toBe(1);
    expect(cosineDistance(Float32Array.of(1, 1), [-7, -7])).toBeCloseTo(2, 12);
  });

  it('does not depend on which vector comes first, to the last bit', () => {
    const faces = people([20], 37, 1, seeded(3));
    for (let a = 0; a < 20; a++) {
      for (let b = 0; b < a; b++) {
        const [x, y] = [rowOf(faces, a), rowOf(faces, b)];
        expect(cosineDistance(x, y)).toBe(cosineDistance(y, x));
        expect(cosineDistance([...x], y)).toBe(cosineDistance(x, y));
      }
    }
  });

  it('is NaN where a vector is all zeros or not finite', () => {
    expect(cosineDistance([0, 0], [1, 0])).toBeNaN();
    expect(cosineDistance([1, 0], [Number.NaN, 1])).toBeNaN();
    expect(cosineDistance([1, 0], [Infinity, 1])).toBeNaN();
    expect(cosineDistance([], [])).toBeNaN();
  });

  it('refuses vectors of different lengths', () => {
    expect(() => cosineDistance([1, 2], [1, 2, 3])).toThrow(
      /^vectors of 2 and of 3 numbers cannot be compared/,
    );
  });
});

describe('distancesTo', () => {
  it('gives for each row what cosineDistance gives, and what centroidDistances gives', () => {
    const faces = people([9], 130, 2, seeded(4));
    faces.data.fill(0, 130, 260);
    const target = Float32Array.from(rowOf(faces, 5), (value) => 3 * value + 0.1);
    const distances = distancesTo(faces, target);
    expect([...distances]).toEqual(
      Array.from({ length: 9 }, (_, row) => cosineDistance(rowOf(faces, row), target)),
    );
    expect(distances[1]).toBeNaN();
    expect(distances).toEqual(centroidDistances(faces, new Int32Array(9), matrixFrom([target])));
  });

  it('takes no rows, and refuses a vector of another length', () => {
    expect(distancesTo(matrixFrom([], 3), [1, 2, 3])).toHaveLength(0);
    expect(() => distancesTo(matrixFrom([[1, 2]]), [1])).toThrow(/^vectors of 2 and of 1 numbers/);
    expect(() => distancesTo([[1, 2]] as never, [1, 2])).toThrow(/^matrix: expected/);
  });
});
