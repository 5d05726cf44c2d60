import { describe, expect, it } from 'vitest';
import { matrixFrom, rejectOutliers } from '../../src/index.js';
import { at } from '../helpers.js';

describe('rejectOutliers', () => {
  const matrix = matrixFrom([at(0), at(1), at(2), at(3), at(170), at(0), at(90), at(45)]);

  it('names the rows far from their centroid, but none in a small cluster', () => {
    const { outlier, distance } = rejectOutliers(matrix, [0, 0, 0, 0, 0, 1, 1, 1]);
    expect([...outlier]).toEqual([0, 0, 0, 0, 1, 0, 0, 0]);
    expect(distance[4]).toBeGreaterThan(1);
    expect([
      ...rejectOutliers(matrix, [0, 0, 0, 0, 0, 1, 1, 1], { threshold: 0.2, minClusterSize: 3 }).outlier,
    ]).toEqual([0, 0, 0, 0, 1, 1, 1, 0]);
  });
});
