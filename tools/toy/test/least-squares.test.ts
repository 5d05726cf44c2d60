import { describe, expect, it } from 'vitest';
import { multiply, pseudoInverse, transpose } from '../src/least-squares.js';
import { randomFrom } from '../src/random.js';

describe('pseudoInverse', () => {
  it('inverts a square matrix that needs its rows exchanged', () => {
    const inverse = pseudoInverse([
      [0, 2],
      [4, 0],
    ]);
    expect(inverse.flat().map((value) => +value.toFixed(12))).toEqual([0, 0.25, 0.5, 0]);
  });

  it('leaves a residual that is orthogonal to every column of a tall matrix', () => {
    const random = randomFrom('least squares');
    for (let trial = 0; trial < 20; trial++) {
      const a = Array.from({ length: 9 }, () => Array.from({ length: 4 }, () => random.normal()));
      const y = Array.from({ length: 9 }, () => [random.normal()]);
      const fitted = multiply(a, multiply(pseudoInverse(a), y));
      const residual = y.map(([value], i) => [value - fitted[i][0]]);
      for (const [value] of multiply(transpose(a), residual)) expect(Math.abs(value)).toBeLessThan(1e-9);
    }
  });
});
