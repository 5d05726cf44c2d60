import { adjustedRand, driftingIdentity, seeded } from '@face-sets/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  centroidOf,
  cosineDistance,
  type EraSplit,
  extendEras,
  type FaceMatrix,
  matrixFrom,
  probeEras,
  splitEras,
  takeRows,
  yearAlignment,
} from '../src/index.js';
import { shuffled } from './helpers.js';

const identity = driftingIdentity(7);
const matrix: FaceMatrix = {
  data: identity.embedding,
  rows: identity.faces.length,
  cols: identity.dim,
};
const years = identity.faces.map(({ year }) => year);
const own = identity.faces.flatMap(({ era }, row) => (era >= 0 ? [row] : []));
/** The curated faceset knows the person in one era only. */
const seed = own
  .filter((row) => identity.faces[row].era === 2 && identity.faces[row].kind === 'usual')
  .slice(0, 40);

/** ARI of the faces in anchors against the eras that they were made in. */
function anchorRand(split: Pick<EraSplit, 'outcomes'>, truth: (row: number) => number): number {
  const rows = split.outcomes.flatMap((outcome, row) =>
    outcome.status === 'era' && outcome.part === 'anchor' ? [row] : [],
  );
  const found = rows.map((row) => (split.outcomes[row] as { era: number }).era);
  return adjustedRand(found, rows.map(truth));
}

function span(rows: readonly number[]): number {
  const of = rows.map((row) => years[row]);
  return Math.max(...of) - Math.min(...of);
}

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

describe('splitting an identity that drifts from 2005 to 2024', () => {
  it('finds the eras: the faces in anchors are with those of their era', async () => {
    const split = await splitEras(matrix, { seed, years });
    expect(anchorRand(split, (row) => identity.faces[row].era)).toBeGreaterThan(0.95);
    const anchors = split.eras.filter(({ anchor }) => anchor);
    expect(anchors.map(({ coreYears }) => [coreYears?.first, coreYears?.last])).toEqual(identity.eras);
  });

  it('numbers the eras of anchors by time, then those that are alone by time', async () => {
    const { eras } = await splitEras(matrix, { seed, years });
    const anchors = eras.filter(({ anchor }) => anchor);
    expect(eras.slice(0, anchors.length)).toEqual(anchors);
    for (const some of [anchors, eras.slice(anchors.length)]) {
      const medians = some.map(({ coreYears }) => coreYears?.median ?? Infinity);
      expect(medians).toEqual([...medians].sort((a, b) => a - b));
    }
  });

  it('joins no fragment across more than five years, and keeps odd ones of the right years', async () => {
    const { fragments, eras, outcomes } = await splitEras(matrix, { seed, years });
    for (const { joins, yearGap, distance, rows, era } of fragments) {
      if (joins === null) continue;
      expect(yearGap).toBeLessThanOrEqual(5);
      expect(distance).toBeLessThanOrEqual(0.4);
      const core = eras[era!].coreYears!.dominant;
      for (const row of rows) expect(Math.abs(years[row] - core)).toBeLessThanOrEqual(5 + 3);
    }
    const ends = (kind: string) =>
      identity.faces.flatMap((face, row) => {
        const outcome = outcomes[row];
        return face.kind === kind && outcome.status === 'era' ? [outcome.part] : [];
      });
    expect(ends('odd').filter((part) => part === 'joined').length).toBeGreaterThan(30);
    expect(ends('misdated')).not.toContain('joined');
    expect(ends('strange')).not.toContain('joined');
    expect(new Set(fragments.map(({ alone }) => alone))).toEqual(new Set([null, 'years-apart', 'too-far']));
  });

  it('leaves strangers out, with the distance and its limit', async () => {
    const { outcomes } = await splitEras(matrix, { seed, years });
    identity.faces.forEach(({ kind }, row) => {
      if (kind !== 'stranger') return;
      expect(outcomes[row]).toMatchObject({ status: 'rejected', reason: 'not-recovered', limit: 0.55 });
    });
  });

  it('would drift in the old transitive way: fragments chained to the nearest cluster span all years', async () => {
    const { eras, fragments } = await splitEras(matrix, { seed, years });
    const chained = transitive([
      ...eras.filter(({ anchor }) => anchor).map(({ core }) => core),
      ...fragments.map(({ rows }) => rows),
    ]);
    const largest = [...chained].sort((a, b) => b.length - a.length)[0];
    expect(span(largest)).toBeGreaterThan(15);
    const labels = chained.flatMap((rows, label) => rows.map((row) => ({ row, label })));
    const usual = labels.filter(({ row }) => identity.faces[row].kind === 'usual');
    const rand = adjustedRand(
      usual.map(({ label }) => label),
      usual.map(({ row }) => identity.faces[row].era),
    );
    expect(rand).toBeLessThan(0.5);
    // the new way, on the same faces
    for (const { rows, anchor } of eras) if (anchor) expect(span(rows)).toBeLessThanOrEqual(8);
  });

  it('gives every face an era or the reason why it has none, and the same result for the rows in any order', async () => {
    const split = await splitEras(matrix, { seed, years });
    expect(split.outcomes).toHaveLength(matrix.rows);
    const members = split.eras.flatMap(({ rows }) => rows);
    expect(new Set(members).size).toBe(members.length);
    expect(split.outcomes.filter(({ status }) => status === 'era')).toHaveLength(members.length);
    const order = shuffled(matrix.rows, seeded(5));
    const other = await splitEras(takeRows(matrix, order), {
      seed: seed.map((row) => order.indexOf(row)),
      years: order.map((row) => years[row]),
    });
    expect(
      adjustedRand(
        order.map((row) => eraOf(split, row)),
        order.map((_, row) => eraOf(other, row)),
      ),
    ).toBe(1);
  });

  it('takes the candidates alone, and leaves out gated, distant and directionless faces and small fragments', async () => {
    const rows = [
      [1, 0, 0],
      [1, 0.05, 0],
      [1, 0, 0.05],
      [1, 0.02, 0.02],
      [0, 0, 0],
      [1, 1.2, 0],
      [1, 0.9, 0],
      [1, 0, 0.9],
      [0, 1, 0],
    ];
    const { outcomes, eras } = await splitEras(
      matrixFrom(rows),
      {
        seed: [0, 1],
        candidates: [0, 1, 2, 3, 4, 5, 6, 7],
        years: rows.map(() => 2010),
        gateReasons: rows.map((_, row) => (row === 3 ? 'blurred' : null)),
      },
      {
        minAnchor: 2,
        minFragment: 2,
        recoverThreshold: 0.3,
        tightenThreshold: 0.25,
        subThreshold: 0.1,
        joinThreshold: 0.01,
      },
    );
    expect(outcomes.map((outcome) => (outcome.status === 'era' ? outcome.part : outcome.reason))).toEqual([
      'anchor',
      'anchor',
      'anchor',
      'quality',
      'invalid-embedding',
      'not-recovered',
      'small-fragment',
      'small-fragment',
      'not-candidate',
    ]);
    expect(eras).toHaveLength(1);
    expect(outcomes[3]).toMatchObject({ gate: 'blurred' });
  });

  it('lets a fragment whose year is not known stay alone', async () => {
    const rows = [...Array(5).fill([1, 0, 0]), [1, 0.6, 0]];
    const options = { minAnchor: 5, subThreshold: 0.1 };
    const known = await splitEras(matrixFrom(rows), { seed: [0], years: rows.map(() => 2010) }, options);
    expect(known.fragments).toMatchObject([{ joins: 0, alone: null, yearGap: 0 }]);
    const unknown = await splitEras(
      matrixFrom(rows),
      { seed: [0], years: [2010, 2010, 2010, 2010, 2010, null] },
      options,
    );
    expect(unknown.fragments).toMatchObject([{ joins: null, alone: 'no-year' }]);
    expect(unknown.eras.map(({ anchor }) => anchor)).toEqual([true, false]);
  });

  it('asks the nearest anchor only: one that is near and of the right years, but not the nearest, is not joined', async () => {
    const rows = [...Array(5).fill([1, 0, 0]), ...Array(5).fill([0.8, 0.6, 0]), [0.95, 0.31, 0.35]];
    const { fragments } = await splitEras(
      matrixFrom(rows),
      {
        seed: [0, 5],
        years: rows.map((_, row) => (row < 5 ? 2000 : 2020)),
      },
      { minAnchor: 5, subThreshold: 0.05 },
    );
    expect(fragments).toMatchObject([{ joins: null, alone: 'years-apart', nearest: 0, yearGap: 20 }]);
  });

  it('says what is wrong with its input', async () => {
    const few = matrixFrom([
      [1, 0],
      [0, 0],
    ]);
    await expect(splitEras(few, { seed: [0], years: [2000] })).rejects.toThrow(
      /years has 1 entries for 2 rows/,
    );
    await expect(splitEras(few, { seed: [2], years: [0, 0] })).rejects.toThrow(/seed: there is no row 2/);
    await expect(splitEras(few, { seed: [1], years: [0, 0] })).rejects.toThrow(/no face with a direction/);
    await expect(splitEras(few, { seed: [0], years: [0, 0], gateReasons: [] })).rejects.toThrow(
      /gateReasons/,
    );
  });

  it('never joins a fragment against its rule, whatever the faces (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1e6 }), async (n) => {
        const random = seeded(n);
        const points = Array.from({ length: 40 }, () => [1 + random(), random(), random(), random()]);
        const dates = points.map(() => (random() < 0.2 ? null : 2000 + Math.floor(25 * random())));
        const options = { minAnchor: 4, subThreshold: 0.03, joinThreshold: 0.08, maxYearGap: 4 };
        const { fragments, eras, outcomes } = await splitEras(
          matrixFrom(points),
          { seed: [0, 1], years: dates },
          options,
        );
        for (const { joins, distance, years: dated, rows } of fragments) {
          if (joins === null) continue;
          expect(eras[joins].anchor).toBe(true);
          expect(distance).toBeLessThanOrEqual(0.08);
          expect(Math.abs(dated!.dominant - eras[joins].coreYears!.dominant)).toBeLessThanOrEqual(4);
          for (const row of rows) expect(outcomes[row]).toMatchObject({ era: joins, part: 'joined' });
        }
        for (const { core, centroid } of eras)
          expect([...centroid]).toEqual([...centroidOf(matrixFrom(points), core)]);
      }),
      { numRuns: 40 },
    );
  });
});

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

function eraOf({ outcomes }: EraSplit, row: number): number {
  const outcome = outcomes[row];
  return outcome.status === 'era' ? outcome.era : -1;
}

/** What this replaces: as long as two clusters' centroids are within 0.40, the nearest merge and are re-centered. */
function transitive(start: number[][]): number[][] {
  const clusters = start.map((rows) => [...rows]);
  for (;;) {
    const centroids = clusters.map((rows) => centroidOf(matrix, rows));
    let best = { distance: 0.4, a: -1, b: -1 };
    for (let a = 0; a < clusters.length; a++) {
      for (let b = 0; b < a; b++) {
        const distance = cosineDistance(centroids[a], centroids[b]);
        if (distance <= best.distance) best = { distance, a, b };
      }
    }
    if (best.a < 0) return clusters;
    clusters[best.b].push(...clusters[best.a]);
    clusters.splice(best.a, 1);
  }
}
