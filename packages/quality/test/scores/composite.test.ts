import { describe, expect, it } from 'vitest';
import { compositeScore, DEFAULT_WEIGHTS } from '../../src/index.js';

const ones = { frontality: 1, detScore: 1, landmarkSymmetry: 1, faceSize: 1, sharpness: 1 };

describe('compositeScore', () => {
  it('weighs the parts by default with 0.30, 0.20, 0.20, 0.15 and 0.15', () => {
    expect(DEFAULT_WEIGHTS).toEqual({
      frontality: 0.3,
      detScore: 0.2,
      landmarkSymmetry: 0.2,
      faceSize: 0.15,
      sharpness: 0.15,
    });
    expect(compositeScore(ones)).toBeCloseTo(1, 12);
    for (const part of Object.keys(ones) as (keyof typeof ones)[]) {
      expect(compositeScore({ ...ones, [part]: 0 })).toBeCloseTo(1 - DEFAULT_WEIGHTS[part], 12);
    }
  });

  it('takes other weights by their proportions', () => {
    const weights = { frontality: 2, detScore: 0, landmarkSymmetry: 0, faceSize: 0, sharpness: 2 };
    expect(compositeScore({ ...ones, frontality: 0.5, detScore: 0 }, weights)).toBe(0.75);
  });

  it('stays in [0, 1] whatever comes in, and counts an unknown part as 0', () => {
    expect(compositeScore({ ...ones, detScore: 1.5, faceSize: 7 })).toBeCloseTo(1, 12);
    expect(compositeScore({ ...ones, frontality: Number.NaN })).toBeCloseTo(0.7, 12);
    expect(compositeScore({ ...ones, frontality: -3 })).toBeCloseTo(0.7, 12);
  });

  it('refuses weights that mean nothing', () => {
    expect(() => compositeScore(ones, { ...DEFAULT_WEIGHTS, faceSize: -1 })).toThrow(/faceSize.*received -1/);
    expect(() => compositeScore(ones, { ...DEFAULT_WEIGHTS, faceSize: Number.NaN })).toThrow(RangeError);
    const none = { frontality: 0, detScore: 0, landmarkSymmetry: 0, faceSize: 0, sharpness: 0 };
    expect(() => compositeScore(ones, none)).toThrow(/at least one/);
  });
});
