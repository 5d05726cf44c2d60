import { adjustedRand, seeded } from '@face-sets/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  centroidOf,
  cosineDistance,
  type EraSplit,
  matrixFrom,
  splitEras,
  takeRows,
} from '../../src/index.js';
import { shuffled } from '../helpers.js';
import { identity, matrix, seed, years } from './drifting-person.js';

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

describe('splitting an identity that drifts from 2005 to 2024', () => {
  it('finds the eras: the faces in anchors are with those of their era', async () => {
    const split = await splitEras(matrix, { seed, years });
    expect(anchorRand(split, (row) => identity.faces[row].era)).toBeGreaterThan(0.95);
    const anchors = split.eras.filter(({ anchor }) => anchor);
    expect(anchors.map(({ coreYears }) => [coreYears?.first, coreYears?.last])).toEqual(identity.eras);
  });

  it('numbers the eras of anchors by time, then those of unmatched fragments by time', async () => {
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
    expect(new Set(fragments.map(({ unmatched }) => unmatched))).toEqual(
      new Set([null, 'years-apart', 'too-far']),
    );
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

  it('lets a fragment whose year is not known stay unmatched', async () => {
    const rows = [...Array(5).fill([1, 0, 0]), [1, 0.6, 0]];
    const options = { minAnchor: 5, subThreshold: 0.1 };
    const known = await splitEras(matrixFrom(rows), { seed: [0], years: rows.map(() => 2010) }, options);
    expect(known.fragments).toMatchObject([{ joins: 0, unmatched: null, yearGap: 0 }]);
    const unknown = await splitEras(
      matrixFrom(rows),
      { seed: [0], years: [2010, 2010, 2010, 2010, 2010, null] },
      options,
    );
    expect(unknown.fragments).toMatchObject([{ joins: null, unmatched: 'no-year' }]);
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
    expect(fragments).toMatchObject([{ joins: null, unmatched: 'years-apart', nearest: 0, yearGap: 20 }]);
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
    await expect(splitEras(few, { seed: [1], years: [0, 0] })).rejects.toThrow(/no usable embedding/);
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
