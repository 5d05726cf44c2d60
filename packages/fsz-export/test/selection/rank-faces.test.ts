import type { CacheView } from '@face-sets/cache-npz';
import { describe, expect, it } from 'vitest';
import { qualityPartsOf, rankFaces } from '../../src/index.js';

const view = (more: Partial<CacheView> = {}) => ({
  images: [],
  faceCount: 3,
  dim: 1,
  imageIndex: new Int32Array(3),
  embedding: new Float32Array(3),
  bbox: Float32Array.from([0, 0, 100, 130, 0, 0, 200, 260, 0, 0, 100, 130]),
  detScore: Float32Array.from([0.8, 0.8, 0.8]),
  blur: Float32Array.from([150, 150, 150]),
  ...more,
});

describe('rankFaces', () => {
  it('puts the larger face first, and of equal ones the earlier', () => {
    expect(rankFaces(view(), [0, 1, 2]).map((face) => face.row)).toEqual([1, 0, 2]);
    expect(rankFaces(view(), [2, 0]).map((face) => face.row)).toEqual([0, 2]);
  });

  it('puts a face that looks into the camera before one that looks away, and both before an unmeasured one', () => {
    const pose = Float32Array.from([NaN, NaN, NaN, 0, 70, 0, 0, 5, 0]);
    const bbox = Float32Array.from([0, 0, 100, 130, 0, 0, 100, 130, 0, 0, 100, 130]);
    expect(rankFaces(view({ pose, bbox }), [0, 1, 2]).map((face) => face.row)).toEqual([2, 1, 0]);
  });

  it('weighs the parts as documented', () => {
    const parts = qualityPartsOf(view(), 0);
    // At 100 px, a variance of 150 shows less detail than at 128 px, where it would earn 0.5.
    const detail = 150 * (100 / 128) ** 2;
    const sharpness = detail / (detail + 150);
    expect(parts).toMatchObject({
      frontality: 0,
      detScore: expect.closeTo(0.8, 6),
      faceSize: 100 / 256,
      sharpness: expect.closeTo(sharpness, 6),
    });
    const [face] = rankFaces(view(), [0]);
    expect(face.score).toBeCloseTo(0.2 * 0.8 + 0.15 * (100 / 256) + 0.15 * sharpness, 6);
  });
});
