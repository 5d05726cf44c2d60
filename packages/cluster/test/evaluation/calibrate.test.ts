import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { calibrateThreshold } from '../../src/index.js';
import { gaussian } from '../helpers.js';

describe('calibrateThreshold', () => {
  const random = seeded(72);
  const strangers = Array.from({ length: 20_000 }, () => 0.95 + 0.09 * gaussian(random));

  it('suggests the distance below which the wanted share of strangers falls', () => {
    for (const falseMatchRate of [0.05, 0.01, 0.001]) {
      const { suggested, median, deviation } = calibrateThreshold(
        { different: strangers },
        { falseMatchRate },
      );
      expect(median).toBeCloseTo(0.95, 2);
      expect(deviation).toBeCloseTo(0.09, 2);
      expect(suggested.falseMatch / falseMatchRate).toBeGreaterThan(0.5);
      expect(suggested.falseMatch / falseMatchRate).toBeLessThan(2);
      expect(suggested.fittedFalseMatch).toBeCloseTo(falseMatchRate, 5);
      expect(suggested.falseNonMatch).toBeNaN();
    }
  });

  it('is not moved by mirrors and collages, where a person is twice in a photo', () => {
    const mirrored = [...strangers, ...new Array(200).fill(0.05)];
    const [plain, moved] = [strangers, mirrored].map(
      (different) => calibrateThreshold({ different }).suggested.threshold,
    );
    expect(Math.abs(plain - moved)).toBeLessThan(0.02);
  });

  it('draws both curves, which only rise and fall', () => {
    const same = Array.from({ length: 300 }, () => Math.abs(0.15 * gaussian(random)));
    const { curve, suggested, pairs } = calibrateThreshold({ different: [...strangers, Number.NaN], same });
    expect(pairs).toEqual({ different: 20_000, same: 300 });
    expect(curve[0]).toMatchObject({ threshold: 0, falseMatch: 0, falseNonMatch: 1 });
    expect(curve.at(-1)).toMatchObject({ falseMatch: 1, falseNonMatch: 0 });
    for (let i = 1; i < curve.length; i++) {
      expect(curve[i].falseMatch).toBeGreaterThanOrEqual(curve[i - 1].falseMatch);
      expect(curve[i].fittedFalseMatch).toBeGreaterThanOrEqual(curve[i - 1].fittedFalseMatch);
      expect(curve[i].falseNonMatch).toBeLessThanOrEqual(curve[i - 1].falseNonMatch);
    }
    expect(suggested.falseNonMatch).toBeLessThan(0.01);
  });

  it('refuses to guess from too few pairs, and rates that are none', () => {
    expect(() => calibrateThreshold({ different: [0.9, 0.8] })).toThrow(/2 pairs.*expected 10/);
    expect(() => calibrateThreshold({ different: strangers }, { falseMatchRate: 0 })).toThrow(
      /between 0 and 0.5/,
    );
    expect(() => calibrateThreshold({ different: strangers }, { step: 0 })).toThrow(/step/);
  });
});
