import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { yearAlignment } from '../../src/index.js';

describe('year alignment', () => {
  it('is 1 for groups that have a year each, and chance for one group or unrelated ones', () => {
    const labels = Array.from({ length: 60 }, (_, i) => i % 3);
    expect(
      yearAlignment(
        labels,
        labels.map((label) => 2000 + label),
      ).explained,
    ).toBe(1);
    expect(
      yearAlignment(
        labels,
        labels.map(() => 2000),
      ),
    ).toMatchObject({ explained: 0, pValue: 1 });
    expect(
      yearAlignment(
        labels,
        labels.map((_, i) => 2000 + Math.floor(i / 3)),
      ).explained,
    ).toBeLessThan(0.05);
    expect(
      yearAlignment(
        labels.map(() => 0),
        labels,
      ).explained,
    ).toBeNaN();
  });

  it('is what the analysis of variance gives by hand', () => {
    // groups 1 2 3 and 4 5 9: within 2 + 14, about the mean of 4: 40; 1 - (16 / 4) / (40 / 5)
    const { explained, groups, faces } = yearAlignment([0, 0, 0, 1, 1, 1], [1, 2, 3, 4, 5, 9], {
      minSize: 3,
    });
    expect(explained).toBeCloseTo(0.5, 12);
    expect([groups, faces]).toEqual([2, 6]);
  });

  it('has p-values below 5 % for about 5 % of unrelated years', () => {
    const random = seeded(3);
    let low = 0;
    for (let n = 0; n < 400; n++) {
      const labels = Array.from({ length: 40 }, (_, i) => i % 4);
      const { pValue } = yearAlignment(
        labels,
        labels.map(() => 2000 + Math.floor(20 * random())),
        {
          permutations: 99,
          seed: n,
        },
      );
      if (pValue <= 0.05) low++;
    }
    expect(low / 400).toBeGreaterThan(0.02);
    expect(low / 400).toBeLessThan(0.09);
  });

  it('leaves small groups and unknown years out', () => {
    const labels = [0, 0, 0, 1, 1, 1, 2, 0];
    const { groups, faces } = yearAlignment(labels, [1, 1, 1, 2, 2, 2, 9, null], { minSize: 3 });
    expect([groups, faces]).toEqual([2, 6]);
  });
});
