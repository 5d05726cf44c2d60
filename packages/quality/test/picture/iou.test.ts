import { describe, expect, it } from 'vitest';
import { iou } from '../../src/index.js';

describe('iou', () => {
  it('is the share of the covered area that both boxes cover', () => {
    expect(iou([0, 0, 10, 10], [0, 0, 10, 10])).toBe(1);
    expect(iou([0, 0, 10, 10], [5, 0, 15, 10])).toBeCloseTo(50 / 150, 12);
    expect(iou([0.1, 0.1, 0.3, 0.3], [0.2, 0.2, 0.4, 0.4])).toBeCloseTo(1 / 7, 12);
    expect(iou(Float32Array.of(2, 2, 4, 4), [0, 0, 10, 10])).toBeCloseTo(4 / 100, 12);
  });

  it('is 0 for boxes that are apart, touch, are empty or not finite', () => {
    expect(iou([0, 0, 1, 1], [2, 2, 3, 3])).toBe(0);
    expect(iou([0, 0, 1, 1], [1, 0, 2, 1])).toBe(0);
    expect(iou([0, 0, 0, 0], [0, 0, 0, 0])).toBe(0);
    expect(iou([0, 0, Number.NaN, 1], [0, 0, 1, 1])).toBe(0);
  });
});
