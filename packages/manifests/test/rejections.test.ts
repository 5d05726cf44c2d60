import { describe, expect, it } from 'vitest';
import { countByCode, outlierMessage, rejection } from '../src/index.js';

describe('rejection', () => {
  it('says what was measured and against what', () => {
    expect(rejection('blur', 12.3456789, 40, 'too blurred')).toEqual({
      code: 'blur',
      value: 12.345679,
      limit: 40,
      message: 'too blurred',
    });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('leaves out a value of %s, which JSON has not', (value) => {
    const reason = rejection('blur', value, 40, 'not measured');
    expect(reason).toEqual({ code: 'blur', limit: 40, message: 'not measured' });
    expect('value' in reason).toBe(false);
  });
});

describe('outlierMessage', () => {
  it('names the distance with enough digits to see that it is above the limit', () => {
    expect(outlierMessage(0.6, 0.45)).toBe('cosine distance 0.600 to the centroid is above 0.45');
    expect(outlierMessage(0.450001, 0.45)).toBe('cosine distance 0.450001 to the centroid is above 0.45');
  });
});

describe('countByCode', () => {
  it('counts reasons in alphabetical order, whatever order they come in', () => {
    const reasons = ['outlier', 'blur', 'outlier', 'same-image'].map((code) => ({ code, message: '' }));
    const counts = { blur: 1, outlier: 2, 'same-image': 1 };
    for (const some of [reasons, [...reasons].reverse()]) {
      expect(JSON.stringify(countByCode(some))).toBe(JSON.stringify(counts));
    }
    expect(countByCode(new Set())).toEqual({});
  });
});
