import { describe, expect, it } from 'vitest';
import { matrixFrom, normalizeRows, rowOf, takeRows } from '../../src/index.js';

describe('matrixFrom', () => {
  it('copies vectors into rows, in the order given', () => {
    const vector = Float32Array.of(3, 4);
    const matrix = matrixFrom([[1, 2], vector]);
    vector[0] = 9;
    expect(matrix).toEqual({ data: Float32Array.of(1, 2, 3, 4), rows: 2, cols: 2 });
    expect([...rowOf(matrix, 1)]).toEqual([3, 4]);
  });

  it('takes the length from the caller where there are no rows', () => {
    expect(matrixFrom([], 512)).toEqual({ data: new Float32Array(0), rows: 0, cols: 512 });
    expect(matrixFrom([])).toEqual({ data: new Float32Array(0), rows: 0, cols: 0 });
  });

  it('refuses vectors of different lengths', () => {
    expect(() => matrixFrom([[1, 2], [3]])).toThrow('row 1: expected 2 numbers, received 1');
    expect(() => matrixFrom([[1, 2]], 3)).toThrow('row 0: expected 3 numbers, received 2');
  });
});

describe('takeRows', () => {
  const matrix = matrixFrom([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);

  it('copies rows in the order given, one more than once if asked', () => {
    const taken = takeRows(matrix, [2, 0, 2]);
    expect(taken).toEqual(
      matrixFrom([
        [5, 6],
        [1, 2],
        [5, 6],
      ]),
    );
    taken.data.fill(0);
    expect([...matrix.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(takeRows(matrix, [])).toEqual({ data: new Float32Array(0), rows: 0, cols: 2 });
  });

  it('refuses rows that are not there', () => {
    for (const row of [-1, 3, Number.NaN]) {
      expect(() => takeRows(matrix, [0, row])).toThrow(`rows: there is no row ${row}, expected 0 to 2`);
    }
  });
});

describe('normalizeRows', () => {
  it('scales rows to length 1 and empties those without a direction', () => {
    const unit = normalizeRows(
      matrixFrom([
        [3, 4],
        [0, 0],
        [Number.NaN, 1],
        [1e30, 0],
        [1e-30, 0],
      ]),
    );
    expect([...unit.data]).toEqual([...Float32Array.of(0.6, 0.8, 0, 0, 0, 0, 1, 0, 1, 0)]);
  });
});
