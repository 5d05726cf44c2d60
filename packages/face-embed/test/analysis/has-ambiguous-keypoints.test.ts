import { describe, expect, it } from 'vitest';
import { hasAmbiguousKeypoints } from '../../src/analysis/has-ambiguous-keypoints.js';

/** A candidate 100 pixels wide, of which all points are moved to the right. */
function candidate(detScore: number, moved = 0) {
  return {
    bbox: Float32Array.of(10 + moved, 10, 110 + moved, 130),
    kps: Float32Array.of(40, 50, 80, 50, 60, 70, 45, 95, 75, 95).map((v, i) => (i % 2 === 0 ? v + moved : v)),
    detScore,
  };
}

describe('hasAmbiguousKeypoints', () => {
  it('holds where a candidate of about the same score puts the keypoints elsewhere', () => {
    expect(hasAmbiguousKeypoints([candidate(0.8), candidate(0.799, 5)], 0)).toBe(true);
    expect(hasAmbiguousKeypoints([candidate(0.9, 500), candidate(0.8), candidate(0.799, -5)], 1)).toBe(true);
  });

  it.each([
    ['there is no other', [candidate(0.8)]],
    ['the other is clearly weaker', [candidate(0.8), candidate(0.79, 5)]],
    ['the other agrees', [candidate(0.8), candidate(0.799, 3)]],
    ['the other is another face', [candidate(0.8), candidate(0.799, 120)]],
  ])('does not hold where %s', (_why, candidates) => {
    expect(hasAmbiguousKeypoints(candidates, 0)).toBe(false);
  });
});
