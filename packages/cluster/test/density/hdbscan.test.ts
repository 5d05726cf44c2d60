import { seeded } from '@face-sets/testing';
import hdbscanTs from 'hdbscan-ts';
import { describe, expect, it } from 'vitest';
import { hdbscan, matrixFrom, normalizeRows, relabel, rowOf, takeRows } from '../../src/index.js';
import { gaussian, people, shuffled } from '../helpers.js';

const random = seeded(51);
const faces = people([12, 9, 7, 6], 16, 0.25, random);

describe('hdbscan', () => {
  it('finds dense groups and leaves strays as noise', () => {
    const strays = matrixFrom(
      Array.from({ length: 3 }, () => Array.from({ length: 16 }, () => gaussian(random))),
    );
    const data = Float32Array.of(...faces.data, ...strays.data);
    const labels = hdbscan({ data, rows: 37, cols: 16 });
    const truth = [12, 9, 7, 6].flatMap((size, person) => new Array(size).fill(person));
    expect([...labels]).toEqual([...truth, -1, -1, -1]);
  });

  it('gives what the library gives by itself where that works', () => {
    for (let round = 0; round < 10; round++) {
      const matrix = people([10, 8, 6, 5, 1, 1, 1], 8, 0.2 + 0.08 * round, random);
      const unit = normalizeRows(matrix);
      const rows = Array.from({ length: unit.rows }, (_, row) => [...rowOf(unit, row)]);
      const library = new hdbscanTs.HDBSCAN({ minClusterSize: 4, minSamples: 3 }).fit(rows);
      const own = hdbscan(matrix, { minClusterSize: 4, minSamples: 3 });
      expect(own.map((label) => (label < 0 ? -1 : 0))).toEqual(
        Int32Array.from(library, (label) => (label < 0 ? -1 : 0)),
      );
      expect(relabel(own)).toEqual(relabel(library));
    }
  });

  it('does not depend on the order of rows', () => {
    const order = shuffled(faces.rows, random);
    const labels = hdbscan(faces);
    expect(relabel(hdbscan(takeRows(faces, order)))).toEqual(relabel(order.map((row) => labels[row])));
  });

  it('gives copies the label of their original, and no cluster of their own', () => {
    const rows = Array.from({ length: faces.rows }, (_, row) => row);
    const copied = hdbscan(takeRows(faces, [...rows, 0, 0, 0, 13]));
    const labels = hdbscan(faces);
    expect([...copied]).toEqual([...labels, labels[0], labels[0], labels[0], labels[13]]);
    expect([...hdbscan(matrixFrom(new Array(9).fill([1, 2])))]).toEqual(new Array(9).fill(-1));
  });

  it('calls rows that cannot be compared noise, and answers for too few rows', () => {
    const broken = { ...faces, data: faces.data.slice() };
    broken.data.fill(0, 0, 16);
    broken.data[16] = Number.NaN;
    expect([...hdbscan(broken).subarray(0, 3)]).toEqual([-1, -1, 0]);
    expect(hdbscan(matrixFrom([]))).toHaveLength(0);
    expect([...hdbscan(matrixFrom([[1, 2]]))]).toEqual([-1]);
    expect([
      ...hdbscan(
        matrixFrom([
          [1, 2],
          [2, 1],
        ]),
        { minClusterSize: 2 },
      ),
    ]).toHaveLength(2);
  });

  it('refuses more faces than it can do, and options out of range', () => {
    const many = { data: Float32Array.from({ length: 2002 }, (_, i) => i % 7 || i), rows: 1001, cols: 2 };
    expect(() => hdbscan({ ...many, data: many.data.map((value, i) => value + i) })).toThrow(
      /at most 1000.*got 1001/,
    );
    expect(() => hdbscan(faces, { minClusterSize: 1 })).toThrow(/minClusterSize.*2 or more, got 1/);
    expect(() => hdbscan(faces, { minSamples: 1.5 })).toThrow(/minSamples/);
  });
});
