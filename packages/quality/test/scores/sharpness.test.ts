import { describe, expect, it } from 'vitest';
import { sharpnessScore } from '../../src/index.js';

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
