import { describe, expect, it } from 'vitest';
import { centroidOf, clusterPeople, cosineDistance, matrixFrom, refine, rowOf } from '../../src/index.js';
import { at, cosine, goldens, readGolden } from '../helpers.js';

describe('refine', () => {
  // a person of two clusters (0 and 60 degrees), one of three faces, and a loner
  const faces = [at(0), at(1), at(2), at(50), at(51), at(180), at(181), at(182), at(270), [0, 0]];
  const matrix = matrixFrom(faces);
  const images = [0, 1, 2, 3, 4, 5, 5, 6, 7, 8];

  const labels = [0, 0, 0, 0, 0, 1, 1, 1, 2, -1];

  it('takes the steps in order and gives every face its faceset or its reason', () => {
    const gates = faces.map((_, row) => (row === 1 ? { gate: 'blur' } : null));
    const { outcomes, facesets } = refine(matrix, labels, {
      imageIndex: images,
      gateReasons: gates,
      outlierThreshold: cosine(30),
      minFaces: 2,
    });
    expect(outcomes.map((o) => (o.status === 'faceset' ? o.cluster : o.reason))).toEqual([
      0,
      'quality',
      0,
      0,
      0,
      1,
      1,
      1,
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
    expect(facesets.map(({ cluster, rows, images: count }) => [cluster, rows, count])).toEqual([
      [0, [0, 2, 3, 4], 4],
      [1, [5, 6, 7], 2],
    ]);
  });

  it('rejects outliers after the quality gate, from clusters of at least four', () => {
    const outlying = matrixFrom([at(0), at(1), at(2), at(60)]);
    const options = { imageIndex: [0, 1, 2, 3], outlierThreshold: cosine(35), minFaces: 1 };
    const all = refine(outlying, [0, 0, 0, 0], options);
    expect(all.outcomes[3]).toMatchObject({ reason: 'outlier', cluster: 0, limit: cosine(35) });
    const three = refine(outlying, [0, 0, 0, 0], { ...options, gateReasons: ['dark', null, null, null] });
    expect(three.outcomes[3]).toMatchObject({ status: 'faceset', cluster: 0 });
  });

  it('keeps what was picked by hand past gates and distances, and leaves out what was dropped', () => {
    const outlying = matrixFrom([at(0), at(1), at(2), at(60), at(3)]);
    const { outcomes } = refine(outlying, [0, 0, 0, 0, 0], {
      imageIndex: [0, 1, 2, 3, 4],
      gateReasons: ['dark', null, null, null, null],
      kept: new Set([0, 3]),
      dropped: new Set([4]),
      outlierThreshold: cosine(35),
      minFaces: 4,
    });
    expect(outcomes.map((o) => (o.status === 'faceset' ? o.cluster : o.reason))).toEqual([
      0,
      0,
      0,
      0,
      'dropped',
    ]);
  });

  it('counts different images, not faces, against the least size', () => {
    const twice = matrixFrom([at(0), at(1), at(2)]);
    const { outcomes } = refine(twice, [0, 0, 0], { imageIndex: [7, 7, 7], minFaces: 2 });
    expect(
      outcomes.every((o) => o.status === 'rejected' && o.reason === 'few-images' && o.images === 1),
    ).toBe(true);
  });

  it('takes a face that is no one’s for a cluster of its own', () => {
    const { outcomes } = refine(matrix, [0, 0, -1, 1, 1, 2, 2, 2, -1, -1], {
      imageIndex: images,
      minFaces: 1,
    });
    expect(outcomes.map((o) => (o.status === 'faceset' ? o.cluster : o.reason))).toEqual([
      0,
      0,
      3,
      1,
      1,
      2,
      2,
      2,
      4,
      'invalid-embedding',
    ]);
  });

  it('answers for no faces, and says which list has a wrong length', () => {
    expect(refine(matrixFrom([]), [], { imageIndex: [] })).toEqual({ outcomes: [], facesets: [] });
    expect(() => refine(matrix, labels, { imageIndex: [1] })).toThrow(/imageIndex has 1 entries for 10 rows/);
    expect(() => refine(matrix, labels, { imageIndex: images, gateReasons: [] })).toThrow(
      /gateReasons has 0/,
    );
    expect(() => refine(matrix, [0], { imageIndex: images })).toThrow(/1 labels for 10/);
  });

  it('survives a cluster in which no face passes', () => {
    const { outcomes } = refine(matrix, labels, {
      imageIndex: images,
      gateReasons: faces.map(() => 'all bad'),
    });
    expect(outcomes.slice(0, 9).every((o) => o.status === 'rejected' && o.reason === 'quality')).toBe(true);
    expect((outcomes[9] as { reason: string }).reason).toBe('invalid-embedding');
  });

  it.skipIf(!goldens)(
    'gives one faceset for each of the 13 people (skipped without shared data)',
    async () => {
      const { matrix: portraits, identity } = await readGolden('people');
      const { facesets } = refine(portraits, await clusterPeople(portraits), {
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
