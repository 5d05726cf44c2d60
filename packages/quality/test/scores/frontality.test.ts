import { describe, expect, it } from 'vitest';
import { frontality } from '../../src/index.js';

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
