import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { centroidOf, cosineDistance, matrixFrom, refine, rowOf, takeRows } from '../../src/index.js';
import { at, cosine, goldens, people, readGolden, shuffled } from '../helpers.js';

describe('refine', () => {
  // a person of two clusters (0 and 60 degrees), one of three faces, and a loner
  const faces = [at(0), at(1), at(2), at(50), at(51), at(180), at(181), at(182), at(270), [0, 0]];
  const matrix = matrixFrom(faces);
  const images = [0, 1, 2, 3, 4, 5, 5, 6, 7, 8];

  it('takes the steps in order and gives every face its faceset or its reason', async () => {
    const gates = faces.map((_, row) => (row === 1 ? { gate: 'blur' } : null));
    const { outcomes, facesets } = await refine(matrix, {
      imageIndex: images,
      gateReasons: gates,
      initialThreshold: cosine(30),
      mergeThreshold: cosine(60),
      outlierThreshold: cosine(30),
      minFaces: 2,
    });
    expect(outcomes.map((o) => (o.status === 'faceset' ? o.faceset : o.reason))).toEqual([
      1,
      'quality',
      1,
      1,
      1,
      2,
      2,
      2,
      'few-images',
      'invalid-embedding',
    ]);
    expect(outcomes[1]).toMatchObject({ gate: { gate: 'blur' }, cluster: 0 });
    // to the centroid of the faces that passed: 0, 2, 50 and 51 degrees
    const passed = centroidOf(matrix, [0, 2, 3, 4]);
    for (const row of [0, 1, 2, 3, 4]) {
      expect((outcomes[row] as { distance: number }).distance).toBeCloseTo(
        cosineDistance(rowOf(matrix, row), passed),
        9,
      );
    }
    expect(outcomes[8]).toMatchObject({ images: 1, limit: 2, distance: 0 });
    expect(facesets.map(({ rows, images: count }) => [rows, count])).toEqual([
      [[0, 2, 3, 4], 4],
      [[5, 6, 7], 2],
    ]);
  });

  it('rejects outliers after the quality gate, from clusters of at least four', async () => {
    const outlying = matrixFrom([at(0), at(1), at(2), at(60)]);
    const options = {
      imageIndex: [0, 1, 2, 3],
      initialThreshold: 2,
      outlierThreshold: cosine(35),
      minFaces: 1,
    };
    const all = await refine(outlying, options);
    expect(all.outcomes[3]).toMatchObject({ reason: 'outlier', cluster: 0, limit: cosine(35) });
    const three = await refine(outlying, { ...options, gateReasons: ['dark', null, null, null] });
    expect(three.outcomes[3]).toMatchObject({ status: 'faceset', faceset: 1 });
  });

  it('counts different images, not faces, against the least size', async () => {
    const twice = matrixFrom([at(0), at(1), at(2)]);
    const { outcomes } = await refine(twice, { imageIndex: [7, 7, 7], minFaces: 2 });
    expect(
      outcomes.every((o) => o.status === 'rejected' && o.reason === 'few-images' && o.images === 1),
    ).toBe(true);
  });

  it('numbers facesets by faces, then by the first row', async () => {
    const three = matrixFrom([at(0), at(90), at(1), at(91), at(180), at(181), at(182)]);
    const { outcomes } = await refine(three, { imageIndex: [0, 1, 2, 3, 4, 5, 6], minFaces: 2 });
    expect(outcomes.map((o) => o.status === 'faceset' && o.faceset)).toEqual([2, 3, 2, 3, 1, 1, 1]);
  });

  it('takes a first clustering from elsewhere, noise included', async () => {
    const { outcomes } = await refine(matrix, {
      imageIndex: images,
      initialLabels: [0, 0, -1, 1, 1, 2, 2, 2, -1, -1],
      minFaces: 1,
      mergeThreshold: 0.1,
    });
    // the third face is noise, yet near the first cluster's centroid
    expect(outcomes.map((o) => (o.status === 'faceset' ? o.faceset : o.reason))).toEqual([
      1,
      1,
      1,
      3,
      3,
      2,
      2,
      2,
      4,
      'invalid-embedding',
    ]);
  });

  it('answers for no faces, and says which list has a wrong length', async () => {
    expect(await refine(matrixFrom([]), { imageIndex: [] })).toEqual({ outcomes: [], facesets: [] });
    await expect(refine(matrix, { imageIndex: [1] })).rejects.toThrow(/imageIndex has 1 entries for 10 rows/);
    await expect(refine(matrix, { imageIndex: images, gateReasons: [] })).rejects.toThrow(
      /gateReasons has 0/,
    );
    await expect(refine(matrix, { imageIndex: images, initialLabels: [0] })).rejects.toThrow(
      /1 labels for 10/,
    );
  });

  it('survives a cluster in which no face passes', async () => {
    const { outcomes } = await refine(matrix, {
      imageIndex: images,
      gateReasons: faces.map(() => 'all bad'),
    });
    expect(outcomes.slice(0, 9).every((o) => o.status === 'rejected' && o.reason === 'quality')).toBe(true);
    expect((outcomes[0] as { distance: number }).distance).toBeNaN();
  });

  it('gives the same facesets for the same faces in another order', async () => {
    const random = seeded(13);
    const many = people([30, 20, 10, 8, 4, 2], 16, 0.7, random);
    const options = { minFaces: 3, outlierThreshold: 0.4 };
    const rows = Array.from({ length: many.rows }, (_, row) => row);
    const straight = await refine(many, { ...options, imageIndex: rows });
    const order = shuffled(many.rows, random);
    const mixed = await refine(takeRows(many, order), { ...options, imageIndex: order });
    expect(straight.facesets.length).toBeGreaterThan(2);
    // of equal size, the one with the first row comes first, and that depends on the order
    const back = mixed.facesets.map((set) => set.rows.map((row) => order[row]).sort((a, b) => a - b));
    back.sort((a, b) => b.length - a.length || a[0] - b[0]);
    expect(back).toEqual(straight.facesets.map((set) => set.rows));
  });

  it.skipIf(!goldens)(
    'gives one faceset for each of the 13 people (skipped without shared data)',
    async () => {
      const { matrix: portraits, identity } = await readGolden('people');
      const { facesets } = await refine(portraits, {
        imageIndex: Array.from({ length: portraits.rows }, (_, row) => row),
        minFaces: 3,
      });
      const names = facesets.map(({ rows }) => new Set(rows.map((row) => identity[row])));
      expect(names.every((set) => set.size === 1)).toBe(true);
      expect(new Set(names.flatMap((set) => [...set])).size).toBe(13);
      expect(facesets).toHaveLength(13);
    },
  );
});
