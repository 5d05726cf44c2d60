import { describe, expect, it } from 'vitest';
import {
  compositeScore,
  DEFAULT_WEIGHTS,
  faceSizeScore,
  frontality,
  gateFace,
  gateFailures,
  sharpnessScore,
} from '../src/index.js';

const ones = { frontality: 1, detScore: 1, landmarkSymmetry: 1, faceSize: 1, sharpness: 1 };

describe('frontality', () => {
  it('is 1 toward the camera, a half at 45 degrees either way, 0 in profile and beyond', () => {
    expect(frontality([0, 0, 0])).toBe(1);
    for (const pose of [
      [45, 0, 0],
      [0, 45, 0],
      [-45, 0, 0],
      [0, -45, 10],
    ]) {
      expect(frontality(pose)).toBeCloseTo(0.5, 10);
    }
    expect(frontality([0, 90, 0])).toBeCloseTo(0, 10);
    expect(frontality([10, 150, 0])).toBe(0);
  });

  it('does not depend on roll and falls with each of the other angles', () => {
    expect(frontality([10, 20, 77])).toBe(frontality([10, 20, 0]));
    expect(frontality([10, 20, 0])).toBeLessThan(frontality([0, 20, 0]));
    expect(frontality([10, 20, 0])).toBeLessThan(frontality([10, 0, 0]));
  });

  it('is 0 where pose is missing', () => {
    expect(frontality(null)).toBe(0);
    expect(frontality(undefined)).toBe(0);
    expect(frontality(new Float32Array(3).fill(Number.NaN))).toBe(0);
    expect(frontality([])).toBe(0);
  });
});

describe('faceSizeScore', () => {
  it('follows the short edge up to the size that fills a crop', () => {
    expect(faceSizeScore([0, 0, 128, 500])).toBe(0.5);
    expect(faceSizeScore([0, 0, 300, 400])).toBe(1);
    expect(faceSizeScore([0, 0, 300, 400], 600)).toBe(0.5);
    expect(faceSizeScore([5, 5, 5, 9])).toBe(0);
    expect(faceSizeScore([0, 0, Number.NaN, 9])).toBe(0);
  });
});

describe('sharpnessScore', () => {
  it('grows with blur without end, and stays below 1', () => {
    expect(sharpnessScore(150)).toBe(0.5);
    expect(sharpnessScore(5000)).toBeGreaterThan(sharpnessScore(4999));
    expect(sharpnessScore(1e9)).toBeLessThan(1);
    expect(sharpnessScore(150, 64)).toBe(0.2);
    expect(sharpnessScore(150, 128, 50)).toBe(0.75);
    for (const size of [0, -5, Number.NaN, Infinity]) expect(sharpnessScore(150, size)).toBe(0);
    for (const blur of [0, -1, Number.NaN, Infinity]) expect(sharpnessScore(blur)).toBe(0);
  });
});

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

describe('gateFace', () => {
  const face = { bbox: [10, 10, 100, 110], blur: 40, detScore: 0.6 };

  it('passes a face that just meets every default', () => {
    expect(gateFace(face)).toBeNull();
  });

  it('names the first demand not met, its value, its limit and a sentence', () => {
    expect(gateFace({ ...face, bbox: [10, 10, 99.996, 110], blur: 1 })).toEqual({
      gate: 'short-edge',
      value: 89.996,
      limit: 90,
      message: 'short edge 89.996 px is below 90',
    });
    expect(gateFace({ ...face, blur: 39.5 })).toMatchObject({
      gate: 'blur',
      message: 'Laplacian variance 39.5 is below 40',
    });
    expect(gateFace({ ...face, detScore: 0.59 }, { minBlur: undefined })).toMatchObject({
      gate: 'det-score',
      limit: 0.6,
    });
  });

  it('lists every demand not met', () => {
    const failures = gateFailures({ bbox: [0, 0, 5, 5], blur: 0, detScore: 0 });
    expect(failures.map(({ gate }) => gate)).toEqual(['short-edge', 'blur', 'det-score']);
  });

  it('refuses what is not a number, unless the gate is off', () => {
    expect(gateFace({ ...face, blur: Number.NaN })?.message).toBe('Laplacian variance unknown is below 40');
    expect(gateFace({ ...face, blur: Number.NaN }, { minBlur: -Infinity })).toBeNull();
  });
});
