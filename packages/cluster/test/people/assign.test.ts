import { describe, expect, it } from 'vitest';
import { assignToCentroids, matrixFrom } from '../../src/index.js';
import { at, cosine } from '../helpers.js';

describe('assignToCentroids', () => {
  it('gives each face to the nearest centroid within the threshold', () => {
    const { label, distance } = assignToCentroids(
      matrixFrom([at(1), at(50), at(92), [0, 0], at(200)]),
      matrixFrom([at(0), at(90), at(0)]),
      cosine(30),
    );
    expect([...label]).toEqual([0, -1, 1, -1, -1]);
    expect(distance[2]).toBeCloseTo(cosine(2), 6);
    expect(distance[1]).toBeNaN();
  });
});
