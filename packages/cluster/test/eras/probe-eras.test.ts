import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { probeEras, takeRows } from '../../src/index.js';
import { shuffled } from '../helpers.js';
import { identity, matrix, own, seed, years } from './drifting-person.js';

describe('probing an identity that drifts from 2005 to 2024', () => {
  const person = takeRows(matrix, own);
  const personYears = own.map((row) => years[row]);

  it('finds it sortable: at 0.35 the sub-clusters explain nearly all the variance of the years', async () => {
    const probe = await probeEras(person, personYears);
    expect(probe.verdict).toBe('aligned');
    expect(probe.sortable).toBe(true);
    expect(probe.alignment.explained).toBeGreaterThan(0.8);
    expect(probe.alignment.pValue).toBe(0.001);
    expect(probe.dated).toBe(600);
    expect(probe.thresholds.map(({ threshold }) => threshold)).toEqual([0.3, 0.35, 0.4, 0.45, 0.5]);
    const large = probe.thresholds[1].clusters.slice(0, 5).map((cluster) => cluster.years);
    expect(large.map((all) => [all?.first, all?.last]).sort()).toEqual(identity.eras);
  });

  it('finds it not sortable when the years are shuffled among the photos, whatever the order', async () => {
    for (const n of [1, 2, 3]) {
      const order = shuffled(personYears.length, seeded(n));
      const probe = await probeEras(
        person,
        order.map((i) => personYears[i]),
      );
      expect(probe.verdict).toBe('not-aligned');
      expect(Math.abs(probe.alignment.explained)).toBeLessThan(0.1);
    }
  });

  it('counts every pair of faces in the histogram of distances', async () => {
    const { histogram } = await probeEras(person, personYears);
    expect(histogram.faces).toBe(600);
    expect(histogram.counts.reduce((sum, n) => sum + n, 0)).toBe((600 * 599) / 2);
    const some = await probeEras(person, personYears, { histogramFaces: 100 });
    expect(some.histogram.pairs).toBe((100 * 99) / 2);
    expect(some.histogram.mean).toBeCloseTo(histogram.mean, 1);
  });

  it('tells a person who has not changed, one whose years are unknown, and scattered faces', async () => {
    const one = takeRows(matrix, seed);
    const twoDecades = seed.map((_, i) => 2000 + (i % 20));
    expect((await probeEras(one, twoDecades)).verdict).toBe('one-cluster');
    expect(
      (
        await probeEras(
          person,
          own.map(() => null),
        )
      ).verdict,
    ).toBe('few-years');
    expect((await probeEras(person, personYears, { subThreshold: 0.05 })).verdict).toBe('scattered');
  });

  it('knows nothing of a single face', async () => {
    const probe = await probeEras(takeRows(matrix, [0]), [2005]);
    expect(probe).toMatchObject({ verdict: 'few-years', faces: 1, histogram: { counts: [], pairs: 0 } });
  });
});
