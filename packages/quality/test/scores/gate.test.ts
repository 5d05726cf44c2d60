import { describe, expect, it } from 'vitest';
import { gateFace, gateFailures } from '../../src/index.js';

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
