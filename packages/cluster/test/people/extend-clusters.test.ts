import { join } from 'node:path';
import { seeded } from '@face-sets/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  agglomerative,
  diffLabels,
  evaluateClusters,
  extendClusters,
  type FaceMatrix,
  isStable,
  matrixFrom,
  membersOf,
  relabel,
  takeRows,
} from '../../src/index.js';
import { at, cosine, goldens, people, readGolden, shuffled } from '../helpers.js';

const threshold = cosine(20);

/** Labels with −1 for what is alone. */
const withoutSingletons = (labels: Int32Array) => {
  const members = membersOf(labels);
  return labels.map((label) => (members[label].length > 1 ? label : -1));
};

describe('extendClusters', () => {
  it('lets new faces join the nearest person and makes new people of the others', async () => {
    const matrix = matrixFrom([at(0), at(3), at(100), at(103), at(8), at(200), at(205), at(300), [0, 0]]);
    const { labels, joined, created } = await extendClusters(matrix, [5, 5, 2, 2, -1, -1, -1, -1, -1], {
      threshold,
    });
    expect([...labels]).toEqual([5, 5, 2, 2, 5, 6, 6, -1, -1]);
    expect(joined).toEqual([4]);
    expect(created).toEqual([6]);
  });

  it('numbers new people from the number it is told, the largest first', async () => {
    const matrix = matrixFrom([at(0), at(3), at(100), at(103), at(200), at(202), at(204)]);
    const known = [0, 0, -1, -1, -1, -1, -1];
    const { labels, created } = await extendClusters(matrix, known, { threshold, firstNumber: 40 });
    expect([...labels]).toEqual([0, 0, 41, 41, 40, 40, 40]);
    expect(created).toEqual([40, 41]);
    await expect(
      extendClusters(matrix, [7, 7, ...known.slice(2)], { threshold, firstNumber: 7 }),
    ).rejects.toThrow('firstNumber is 7, expected more than 7, the highest in use');
  });

  it('never moves a known face, however far from its person and near to another one', async () => {
    const matrix = matrixFrom([at(0), at(90), at(91), at(1)]);
    const { labels } = await extendClusters(matrix, [0, 0, 1, 1], { threshold });
    expect([...labels]).toEqual([0, 0, 1, 1]);
  });

  it('changes nothing where all faces were seen before', async () => {
    const matrix = matrixFrom([at(0), at(3), at(10), at(100)]);
    const known = [0, 0, -1, -1];
    const previouslySeen = [1, 1, 1, 1];
    expect([...(await extendClusters(matrix, known, { threshold, previouslySeen })).labels]).toEqual(known);
    expect([...(await extendClusters(matrix, known, { threshold })).labels]).toEqual([0, 0, 0, -1]);
  });

  it('takes a face that was alone along with a new one beside it, and no other', async () => {
    const matrix = matrixFrom([at(0), at(3), at(100), at(200), at(108), at(21), at(14)]);
    const { labels } = await extendClusters(matrix, [0, 0, -1, -1, -1, -1, -1], {
      threshold,
      previouslySeen: [1, 1, 1, 1, 0, 1, 0],
    });
    expect([...labels]).toEqual([0, 0, 1, -1, 1, 0, 0]);
  });

  it('finds a person again who has changed over the years', async () => {
    const years = [0, 5, 10, 60, 65, 70, 120, 125, 130];
    const matrix = matrixFrom([...years.map(at), at(63), at(135), at(95)]);
    const { labels } = await extendClusters(matrix, [...years.map(() => 0), -1, -1, -1], { threshold });
    expect([...labels].slice(-3)).toEqual([0, 0, -1]);
  });

  it('takes two faces of one image for two people, unless they are much alike', async () => {
    const matrix = matrixFrom([at(0), at(4), at(8), at(12), at(16)]);
    const known = [0, 0, -1, -1, -1];
    const extend = async (imageIndex: number[], strongThreshold = 0) => {
      const constraints = { imageIndex, strongThreshold };
      return [...(await extendClusters(matrix, known, { threshold, constraints })).labels];
    };
    expect(await extend([0, 1, 2, 3, 4])).toEqual([0, 0, 0, 0, 0]);
    expect(await extend([0, 1, 2, 2, 4])).toEqual([0, 0, 0, -1, 0]);
    expect(await extend([0, 1, 0, 3, 4])).toEqual([0, 0, -1, 0, 0]);
    expect(await extend([0, 1, 1, 1, 1])).toEqual([0, 0, -1, -1, -1]);
    expect(await extend([0, 1, 1, 1, 1], threshold)).toEqual([0, 0, 0, 0, 0]);
  });

  it('is plain clustering where nobody is known', async () => {
    const matrix = people([8, 5, 3, 1, 1], 16, 0.6, seeded(5));
    const all = withoutSingletons(await agglomerative(matrix, { threshold: 0.5 }));
    const { labels } = await extendClusters(matrix, new Int32Array(matrix.rows).fill(-1), { threshold: 0.5 });
    expect(relabel(labels.map((label, row) => (label < 0 ? 1000 + row : label)))).toEqual(
      relabel(all.map((label, row) => (label < 0 ? 1000 + row : label))),
    );
  });

  it('says what does not fit', async () => {
    const matrix = matrixFrom([at(0), at(1)]);
    await expect(extendClusters(matrix, [0], { threshold })).rejects.toThrow('1 labels for 2 rows');
    await expect(extendClusters(matrix, [0, 0], { threshold: Number.NaN })).rejects.toThrow('got NaN');
    await expect(extendClusters(matrix, [0, 0], { threshold, previouslySeen: [1] })).rejects.toThrow(
      'previouslySeen has 1 entries for 2 rows',
    );
    await expect(
      extendClusters(matrix, [0, 0], { threshold, constraints: { imageIndex: [1, 2, 3] } }),
    ).rejects.toThrow('imageIndex has 3 entries for 2 rows');
  });

  it('keeps everyone in any library, and uses no number twice', async () => {
    const input = fc.record({
      seed: fc.integer({ min: 1, max: 1e6 }),
      sizes: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 }),
      spread: fc.constantFrom(0.2, 0.7, 1.2),
      threshold: fc.constantFrom(0, 0.3, 0.55, 2),
      images: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(input, async ({ seed, sizes, spread, threshold, images }) => {
        const random = seeded(seed);
        const matrix = people(sizes, 8, spread, random);
        if (random() < 0.3) matrix.data.fill(random() < 0.5 ? 0 : Number.NaN, 0, 8);
        const known = Int32Array.from({ length: matrix.rows }, () => Math.floor(random() * 6) - 3);
        const previouslySeen = Uint8Array.from(known, () => Math.round(random()));
        const imageIndex = Int32Array.from(known, () => Math.floor(random() * images));
        const highest = 5 + Math.floor(random() * 5);
        const { labels, joined, created } = await extendClusters(matrix, known, {
          threshold,
          previouslySeen,
          firstNumber: highest + 1,
          constraints: random() < 0.5 ? { imageIndex } : undefined,
        });
        const changes = diffLabels(known, labels, highest);
        expect(isStable(changes)).toBe(true);
        expect(changes.created.map(({ person }) => person)).toEqual(created);
        expect(joined.length).toBe(changes.added.reduce((sum, { faces }) => sum + faces, 0));
        for (const { faces } of changes.created) expect(faces).toBeGreaterThan(1);
      }),
      { numRuns: 300 },
    );
  });
});

/** Clusters a tenth, then adds the other tenths one by one; checks that nobody changes on the way. */
async function growInTenParts(matrix: FaceMatrix, order: readonly number[], threshold: number) {
  const labels = new Int32Array(matrix.rows).fill(-1);
  const seen: number[] = [];
  let highest = -1;
  for (let part = 0; part < 10; part++) {
    const rows = order.slice(
      Math.floor((part * matrix.rows) / 10),
      Math.floor(((part + 1) * matrix.rows) / 10),
    );
    const previouslySeen = [...seen.map(() => 1), ...rows.map(() => 0)];
    seen.push(...rows);
    const faces = takeRows(matrix, seen);
    const before = seen.map((row) => labels[row]);
    const after =
      part === 0
        ? withoutSingletons(await agglomerative(faces, { threshold }))
        : (await extendClusters(faces, before, { threshold, previouslySeen, firstNumber: highest + 1 }))
            .labels;
    const changes = diffLabels(before, after, highest);
    expect(isStable(changes)).toBe(true);
    for (const label of after) highest = Math.max(highest, label);
    seen.forEach((row, i) => {
      labels[row] = after[i];
    });
  }
  return labels;
}

/** BCubed F1 of growing a library in ten parts, and of clustering it at once. */
async function grownAndAtOnce(matrix: FaceMatrix, truth: ArrayLike<number>, threshold: number, seed: number) {
  const grown = await growInTenParts(matrix, shuffled(matrix.rows, seeded(seed)), threshold);
  const atOnce = await agglomerative(matrix, { threshold });
  return {
    grown: evaluateClusters(grown, truth).bcubed.f1,
    atOnce: evaluateClusters(atOnce, truth).bcubed.f1,
  };
}

describe('a library that grows in ten parts', () => {
  it.skipIf(!goldens)(
    'ends with the people that clustering real portraits at once finds (skipped without shared data)',
    async () => {
      const { matrix, identity } = await readGolden('people');
      const names = Array.from(identity as string[]);
      const truth = names.map((name) => names.indexOf(name));
      for (let seed = 1; seed <= 20; seed++) {
        const { grown, atOnce } = await grownAndAtOnce(matrix, truth, 0.55, seed);
        expect(grown).toBeGreaterThan(atOnce - 0.02);
      }
    },
  );

  it('ends as clustering 20,000 faces at once does, though people overlap', {
    timeout: 120_000,
  }, async () => {
    const generator = join(import.meta.dirname, '../../bench/faces.mjs');
    const { generateFaces } = await import(generator);
    const { identity, ...matrix } = generateFaces(20_000, { cols: 64, seed: 3 });
    const { grown, atOnce } = await grownAndAtOnce(matrix, identity, 0.55, 1);
    expect(atOnce).toBeGreaterThan(0.9);
    expect(Math.abs(grown - atOnce)).toBeLessThan(0.02);
  });
});
