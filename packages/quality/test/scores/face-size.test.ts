import { describe, expect, it } from 'vitest';
import { faceSizeScore } from '../../src/index.js';

describe('faceSizeScore', () => {
  it('follows the short edge up to the size that fills a crop', () => {
    expect(faceSizeScore([0, 0, 128, 500])).toBe(0.5);
    expect(faceSizeScore([0, 0, 300, 400])).toBe(1);
    expect(faceSizeScore([0, 0, 300, 400], 600)).toBe(0.5);
    expect(faceSizeScore([5, 5, 5, 9])).toBe(0);
    expect(faceSizeScore([0, 0, Number.NaN, 9])).toBe(0);
  });
});
