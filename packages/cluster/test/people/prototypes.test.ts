import { describe, expect, it } from 'vitest';
import {
  assignToCentroids,
  assignToPeople,
  clusterCentroids,
  matrixFrom,
  nearPairs,
  personPrototypes,
  takeRows,
} from '../../src/index.js';
import { at, cosine } from '../helpers.js';

describe('personPrototypes', () => {
  it('covers every face within the radius, with as few as needed up to the limit', () => {
    const matrix = matrixFrom([at(0), at(5), at(60), at(64), at(120), at(300), [0, 0]]);
    const prototypes = personPrototypes(matrix, [0, 0, 0, 0, 0, 1, 1], { radius: cosine(10) });
    expect([...prototypes.person]).toEqual([0, 0, 0, 1]);
    expect([...prototypes.weight].sort()).toEqual([1, 1, 2, 2]);
    for (let row = 0; row < 6; row++) {
      const nearest = nearPairs(takeRows(matrix, [row]), prototypes.vectors, 2)[0];
      expect(nearest.distance).toBeLessThanOrEqual(cosine(10));
    }
    const one = personPrototypes(matrix, [0, 0, 0, 0, 0, 1, 1], { limit: 1 });
    expect([...one.person]).toEqual([0, 1]);
    expect([...one.weight]).toEqual([5, 1]);
  });
});

describe('prototypes beside a single centroid', () => {
  it('reach a person seen over many years where the centroid does not', () => {
    const era = [0, 25, 50, 75, 100, 125].map(at);
    const matrix = matrixFrom(era);
    const labels = new Int32Array(6);
    const late = matrixFrom([at(140)]);
    expect([...assignToCentroids(late, clusterCentroids(matrix, labels), cosine(30)).label]).toEqual([-1]);
    const prototypes = personPrototypes(matrix, labels, { radius: cosine(20) });
    expect([...assignToPeople(late, prototypes, { threshold: cosine(30) }).person]).toEqual([0]);
  });
});
