import { seeded } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  agglomerative,
  jsSimilarity,
  type Linkage,
  matrixFrom,
  relabel,
  type SimilarityBackend,
  takeRows,
} from '../../src/index.js';
import { GOLDENS, goldens, people, readGolden, shuffled } from '../helpers.js';
import { hardMatrix, naiveCount, naiveCut, naiveLinkage } from '../naive.js';

const LINKAGES: Linkage[] = ['average', 'complete', 'single'];

describe.skipIf(!goldens).each(GOLDENS)('on the %s embeddings (skipped without shared data)', (name) => {
  let golden: Awaited<ReturnType<typeof readGolden>>;
  beforeAll(async () => {
    golden = await readGolden(name);
  });

  it("finds scikit-learn's partition for every linkage and threshold", async () => {
    expect(golden.partitions).toHaveLength(12);
    for (const { linkage, threshold, labels } of golden.partitions) {
      const found = await agglomerative(golden.matrix, { linkage, threshold });
      expect(found, `${linkage} at ${threshold}`).toEqual(relabel(labels));
    }
  });

  it('finds the same clusters whatever the order of the rows', async () => {
    const order = shuffled(golden.matrix.rows, seeded(4));
    const mixed = takeRows(golden.matrix, order);
    for (const linkage of LINKAGES) {
      const labels = await agglomerative(golden.matrix, { threshold: 0.55, linkage });
      const mixedLabels = await agglomerative(mixed, { threshold: 0.55, linkage });
      expect(mixedLabels).toEqual(relabel(order.map((row) => labels[row])));
    }
  });
});

describe('beside clustering by the definition', () => {
  it.each(LINKAGES)(
    'finds the same clusters in thousands of small hard inputs (%s linkage)',
    async (linkage) => {
      const random = seeded(LINKAGES.indexOf(linkage) + 5);
      for (let round = 0; round < 2500; round++) {
        const matrix = hardMatrix(random);
        const merges = naiveLinkage(matrix, linkage);
        const onATie = merges[Math.floor(random() * merges.length)]?.height ?? 1;
        for (const threshold of [random() * 2, onATie, [0, 0.5, 1, 2, 3][Math.floor(random() * 5)]]) {
          const labels = await agglomerative(matrix, { threshold, linkage });
          expect([...labels], `round ${round}, threshold ${threshold}`).toEqual(
            naiveCut(matrix.rows, merges, threshold),
          );
        }
      }
    },
  );

  it.each(LINKAGES)('finds the same clusters under the Euclidean metric (%s linkage)', async (linkage) => {
    const random = seeded(LINKAGES.indexOf(linkage) + 15);
    for (let round = 0; round < 1500; round++) {
      const matrix = hardMatrix(random);
      const merges = naiveLinkage(matrix, linkage, 'euclidean');
      const onATie = merges[Math.floor(random() * merges.length)]?.height ?? 1;
      for (const threshold of [random() * 4, onATie, [0, 1, 2, Infinity][Math.floor(random() * 4)]]) {
        const labels = await agglomerative(matrix, { threshold, linkage, metric: 'euclidean' });
        expect([...labels], `round ${round}, threshold ${threshold}`).toEqual(
          naiveCut(matrix.rows, merges, threshold),
        );
      }
    }
  });

  it.each(LINKAGES)('stops at a number of clusters (%s linkage)', async (linkage) => {
    const random = seeded(LINKAGES.indexOf(linkage) + 25);
    for (let round = 0; round < 1500; round++) {
      const matrix = hardMatrix(random);
      const metric = random() < 0.5 ? 'cosine' : 'euclidean';
      const clusters = 1 + Math.floor(random() * (matrix.rows + 1));
      const labels = await agglomerative(matrix, { clusters, linkage, metric });
      expect([...labels], `round ${round}, ${clusters} clusters, ${metric}`).toEqual(
        naiveCount(matrix.rows, naiveLinkage(matrix, linkage, metric), clusters),
      );
    }
  });

  it('finds the same clusters among overlapping people, where most neighbors are approached in vain', async () => {
    const random = seeded(9);
    for (let round = 0; round < 8; round++) {
      const matrix = people([30, 20, 10, 5, 3, 2, 1, 1], 6, 0.4 + 0.2 * round, random);
      for (const linkage of LINKAGES) {
        const merges = naiveLinkage(matrix, linkage);
        for (const threshold of [0.1, 0.3, 0.55, 0.9]) {
          const labels = await agglomerative(matrix, { threshold, linkage });
          expect([...labels]).toEqual(naiveCut(matrix.rows, merges, threshold));
        }
      }
    }
  });
});

describe('agglomerative', () => {
  it('merges below the threshold, not at it', async () => {
    const right = matrixFrom([
      [1, 0],
      [0, 1],
    ]);
    expect([...(await agglomerative(right, { threshold: 1 }))]).toEqual([0, 1]);
    expect([...(await agglomerative(right, { threshold: 1.000001 }))]).toEqual([0, 0]);
    const same = matrixFrom([
      [1, 2],
      [2, 4],
    ]);
    expect([...(await agglomerative(same, { threshold: 0 }))]).toEqual([0, 1]);
    expect([...(await agglomerative(same, { threshold: 1e-9 }))]).toEqual([0, 0]);
    expect([...(await agglomerative(same, { threshold: -1 }))]).toEqual([0, 1]);
  });

  it('answers for no rows, one row, and rows without columns', async () => {
    expect(await agglomerative(matrixFrom([]), { threshold: 0.5 })).toEqual(new Int32Array(0));
    expect(await agglomerative(matrixFrom([[1, 2]]), { threshold: 0.5 })).toEqual(new Int32Array(1));
    const empty = { data: new Float32Array(0), rows: 3, cols: 0 };
    expect([...(await agglomerative(empty, { threshold: 0.5 }))]).toEqual([0, 1, 2]);
  });

  it('leaves rows without a direction alone, each for itself', async () => {
    const matrix = matrixFrom([
      [1, 0],
      [0, 0],
      [Number.NaN, 0],
      [0, 0],
      [1, 0.001],
      [Infinity, 0],
    ]);
    for (const linkage of LINKAGES) {
      expect([...(await agglomerative(matrix, { threshold: 2.5, linkage }))]).toEqual([0, 1, 2, 3, 0, 4]);
    }
  });

  it('counts duplicates with their full weight', async () => {
    // the mean over all pairs, not over distinct ones, keeps the third row out
    const [a, b] = [
      [1, 0],
      [0.8, 0.6],
    ];
    const threshold = 0.55;
    const c = [0, 1];
    const alone = await agglomerative(matrixFrom([a, b, c]), { threshold });
    expect([...alone]).toEqual([0, 0, 1]);
    const heavy = await agglomerative(matrixFrom([a, b, b, b, b, b, b, c]), { threshold });
    expect([...heavy]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('tells distances apart at any scale under the Euclidean metric', async () => {
    for (const scale of [1e-30, 1, 1e30]) {
      const matrix = matrixFrom([[0], [1], [3], [6], [6]].map(([value]) => [value * scale]));
      const options = { metric: 'euclidean', linkage: 'single' } as const;
      expect([...(await agglomerative(matrix, { ...options, threshold: 1.5 * scale }))]).toEqual([
        0, 0, 1, 2, 2,
      ]);
      expect([...(await agglomerative(matrix, { ...options, clusters: 2 }))]).toEqual([0, 0, 0, 1, 1]);
    }
  });

  it('refuses a threshold that is no number, an unknown linkage or metric, a wrong shape', async () => {
    const matrix = matrixFrom([
      [1, 2],
      [3, 4],
    ]);
    await expect(agglomerative(matrix, { threshold: Number.NaN })).rejects.toThrow(
      /threshold must be a number.*NaN/,
    );
    await expect(agglomerative(matrix, { threshold: 1, linkage: 'ward' as Linkage })).rejects.toThrow(
      /'ward'.*'average'/,
    );
    await expect(agglomerative(matrix, { threshold: 1, metric: 'l1' as 'cosine' })).rejects.toThrow(/'l1'/);
    await expect(agglomerative(matrix, {})).rejects.toThrow(/either threshold/);
    await expect(agglomerative(matrix, { threshold: 1, clusters: 2 })).rejects.toThrow(/not both/);
    await expect(agglomerative(matrix, { clusters: 0 })).rejects.toThrow(/1 or more, got 0/);
    await expect(agglomerative({ ...matrix, rows: 3 }, { threshold: 1 })).rejects.toThrow(
      /expected 3x2 = 6 numbers, received 4/,
    );
  });

  it('gives the same clusters with a backend that is far off within its tolerance', async () => {
    const random = seeded(11);
    const rough: SimilarityBackend = {
      tolerance: 0.05,
      pairs: (unit, least, emit) =>
        jsSimilarity.pairs(unit, least - 0.05, (chunk) => {
          const similarity = chunk.similarity.map((value) => value + (random() - 0.5) * 0.1);
          // whole blocks of the product come with both halves
          emit({ i: chunk.i, j: chunk.j, similarity });
          emit({ i: chunk.j, j: chunk.i, similarity });
          emit({ i: Int32Array.of(0), j: Int32Array.of(0), similarity: Float32Array.of(1) });
        }),
    };
    for (let round = 0; round < 20; round++) {
      const matrix = people([40, 30, 20, 10, 5, 1, 1], 16, 0.5 + round * 0.05, random);
      for (const linkage of LINKAGES) {
        const options = { threshold: 0.5, linkage };
        expect(await agglomerative(matrix, { ...options, similarity: rough })).toEqual(
          await agglomerative(matrix, options),
        );
      }
    }
  });
});
