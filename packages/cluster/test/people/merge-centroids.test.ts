import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import {
  agglomerative,
  clusterCentroids,
  cosineDistance,
  matrixFrom,
  mergeCentroids,
  rowOf,
} from '../../src/index.js';
import { at, cosine, people } from '../helpers.js';

describe('mergeCentroids', () => {
  it('merges near clusters', async () => {
    const matrix = matrixFrom([at(0), at(2), at(40), at(90)]);
    expect([...(await mergeCentroids(matrix, [0, 0, 1, 2], { threshold: cosine(45) }))]).toEqual([
      0, 0, 0, 1,
    ]);
  });

  it('cannot chain: every two centroids of a group are within the threshold', async () => {
    // each is 30 degrees from the next; with a limit of 40, a chain would join all six
    const matrix = matrixFrom([at(0), at(30), at(60), at(90), at(120), at(150)]);
    const merged = await mergeCentroids(matrix, [0, 1, 2, 3, 4, 5], { threshold: cosine(40) });
    expect(new Set(merged).size).toBeGreaterThanOrEqual(3);
    const random = seeded(12);
    for (let round = 0; round < 50; round++) {
      const faces = people([9, 7, 5, 3, 2, 2, 1, 1], 4, 0.6, random);
      const labels = await agglomerative(faces, { threshold: 0.1 });
      const groups = await mergeCentroids(faces, labels, { threshold: 0.4 });
      const centroids = clusterCentroids(faces, labels);
      for (let a = 0; a < faces.rows; a++) {
        for (let b = 0; b < faces.rows; b++) {
          if (groups[a] !== groups[b] || labels[a] === labels[b]) continue;
          expect(cosineDistance(rowOf(centroids, labels[a]), rowOf(centroids, labels[b]))).toBeLessThan(0.4);
        }
      }
    }
  });

  it('keeps negative labels as they are', async () => {
    const matrix = matrixFrom([at(0), at(1), at(0)]);
    expect([...(await mergeCentroids(matrix, [-1, 0, 1]))]).toEqual([-1, 0, 0]);
  });
});
