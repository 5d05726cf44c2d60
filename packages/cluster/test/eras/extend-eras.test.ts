import { describe, expect, it } from 'vitest';
import { extendEras, splitEras } from '../../src/index.js';
import { identity, matrix, own, seed, years } from './drifting-person.js';

describe('extending eras', () => {
  /** Every fifth face comes later, and with them all of a group that is alike to no era. */
  const later = (row: number) => row % 5 === 0 || identity.faces[row].group === 15;
  const early = own.filter((row) => !later(row) || seed.includes(row));
  const late = own.filter((row) => !early.includes(row));

  async function splitEarly() {
    const split = await splitEras(matrix, { seed, candidates: early, years });
    const known = {
      seedCentroid: split.seedCentroid,
      center: split.center,
      eras: split.eras.map(({ centroid, coreYears }) => ({ centroid, year: coreYears?.dominant ?? null })),
    };
    return { split, known };
  }

  it('slots new faces into the eras that they were made in', async () => {
    const { split, known } = await splitEarly();
    const { outcomes, joined } = await extendEras(matrix, known, { candidates: late, years });
    const usual = late.filter((row) => identity.faces[row].kind === 'usual');
    const right = usual.filter((row) => {
      const outcome = outcomes[row];
      if (outcome.status !== 'era' || outcome.part !== 'joined') return false;
      const core = split.eras[outcome.era].core;
      return identity.faces[core[0]].era === identity.faces[row].era && split.eras[outcome.era].anchor;
    });
    expect(right.length / usual.length).toBeGreaterThan(0.95);
    expect(joined.flat().every((row) => late.includes(row))).toBe(true);
  });

  it('joins nothing across more than five years and makes eras of what fits none', async () => {
    const { split, known } = await splitEarly();
    const { fragments, newEras, outcomes } = await extendEras(matrix, known, { candidates: late, years });
    for (const { joins, yearGap } of fragments) if (joins !== null) expect(yearGap).toBeLessThanOrEqual(5);
    expect(newEras.length).toBeGreaterThan(0);
    newEras.forEach(({ rows }, index) => {
      for (const row of rows) expect(outcomes[row]).toMatchObject({ era: split.eras.length + index });
    });
  });

  it('gives in many steps what it gives in one, since nothing is re-centered', async () => {
    const { known } = await splitEarly();
    const usual = late.filter((row) => identity.faces[row].kind === 'usual');
    const whole = await extendEras(matrix, known, { candidates: usual, years });
    const stepwise = new Map<number, number>();
    for (let at = 0; at < usual.length; at += 20) {
      const { joined } = await extendEras(matrix, known, { candidates: usual.slice(at, at + 20), years });
      joined.forEach((rows, era) => {
        for (const row of rows) stepwise.set(row, era);
      });
    }
    whole.joined.forEach((rows, era) => {
      for (const row of rows) expect(stepwise.get(row)).toBe(era);
    });
  });
});
