import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import {
  agglomerative,
  clusterPeople,
  type FaceConstraints,
  matrixFrom,
  mergeCentroids,
  relabel,
  takeRows,
} from '../../src/index.js';
import { at, cosine, people, shuffled } from '../helpers.js';

describe('clusterPeople', () => {
  it('merges clusters whose centroids are near, and leaves the raw partition at 0', async () => {
    const matrix = people([30, 20, 10, 8, 4, 2], 16, 0.7, seeded(13));
    const raw = await agglomerative(matrix, { threshold: 0.55 });
    expect(await clusterPeople(matrix, { mergeThreshold: 0 })).toEqual(raw);
    const merged = await clusterPeople(matrix);
    expect(merged).toEqual(await mergeCentroids(matrix, raw, { threshold: 0.4 }));
    expect(Math.max(...merged)).toBeLessThan(Math.max(...raw));
  });

  it('takes a first clustering from elsewhere, noise included', async () => {
    const matrix = matrixFrom([at(0), at(1), at(2), at(50), at(51), at(180)]);
    // the third face is noise, yet near the first cluster's centroid
    const labels = await clusterPeople(matrix, {
      initialLabels: [0, 0, -1, 1, 1, -1],
      mergeThreshold: cosine(10),
    });
    expect([...relabel(labels)]).toEqual([0, 0, 0, 1, 1, 2]);
  });

  it('keeps faces of one photo apart in both steps, with half the threshold as the strong one', async () => {
    const matrix = matrixFrom([at(0), at(4), at(59), at(63), at(2), at(61)]);
    const imageIndex = [0, 1, 0, 1, 2, 3];
    const labels = async (constraints?: FaceConstraints) => [
      ...(await clusterPeople(matrix, { constraints })),
    ];
    expect(await labels()).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await labels({ imageIndex })).toEqual([0, 0, 1, 1, 0, 1]);
    const mustLink: [number, number][] = [
      [0, 2],
      [1, 3],
    ];
    expect(await labels({ imageIndex, mustLink })).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('gives the same people for the same faces in another order', async () => {
    const random = seeded(14);
    const matrix = people([30, 20, 10, 8, 4, 2], 16, 0.7, random);
    const straight = await clusterPeople(matrix);
    const order = shuffled(matrix.rows, random);
    const mixed = await clusterPeople(takeRows(matrix, order));
    const back = new Int32Array(matrix.rows);
    for (const [at, row] of order.entries()) back[row] = mixed[at];
    expect(relabel(back)).toEqual(relabel(straight));
  });
});
