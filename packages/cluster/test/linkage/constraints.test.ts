import { readFileSync } from 'node:fs';
import { seeded, sharedPath } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import {
  agglomerative,
  evaluateClusters,
  type FaceConstraints,
  jsSimilarity,
  matrixFrom,
  mergeCentroids,
  relabel,
  takeRows,
  wasmSimilarity,
} from '../../src/index.js';
import { at, people, shuffled } from '../helpers.js';
import { hardMatrix, naiveConstrained } from '../naive.js';

const golden = sharedPath('goldens/insightface/golden.json');

/** Images of a few faces each, and pairs of rows that do not contradict one another. */
function randomConstraints(rows: number, threshold: number, random: () => number): FaceConstraints {
  const row = () => Math.floor(random() * rows);
  const imageIndex = Array.from({ length: rows }, () => Math.floor((random() * rows) / 2));
  const mustLink: [number, number][] = [];
  const cannotLink: [number, number][] = [];
  const group = Array.from({ length: rows }, (_, i) => i);
  if (random() < 0.6) {
    for (let i = 0; i < rows / 5; i++) {
      const pair: [number, number] = [row(), row()];
      mustLink.push(pair);
      const [from, to] = pair.map((member) => group[member]);
      for (let k = 0; k < rows; k++) if (group[k] === from) group[k] = to;
    }
  }
  if (random() < 0.6) {
    for (let i = 0; i < rows / 4; i++) {
      const pair: [number, number] = [row(), row()];
      if (group[pair[0]] !== group[pair[1]]) cannotLink.push(pair);
    }
  }
  return {
    ...(random() < 0.8 ? { imageIndex } : {}),
    ...(random() < 0.5 ? { strongThreshold: random() * threshold + 0.01 } : {}),
    mustLink,
    cannotLink,
  };
}

describe('constraints', () => {
  it('let the content of rows decide between equal distances, also where a link connects them', async () => {
    const side = Math.sqrt(0.19);
    // the first components, too small to count, say who comes first
    const faces = matrixFrom([
      [1e-8, 1, 0, 0, 0],
      [2e-8, 0, 0, 1, 0],
      [3e-8, 0, 0, 0.9, side],
      [6e-8, 0.9, side, 0, 0],
    ]);
    for (const similarity of [jsSimilarity, wasmSimilarity({ threads: 0 })]) {
      const options = { threshold: 0.6, similarity, constraints: { mustLink: [[0, 1]] as const } };
      expect([...(await agglomerative(faces, options))]).toEqual([0, 0, 0, 1]);
    }
  });

  it.each(['average', 'complete'] as const)(
    'give what their definition gives in thousands of small hard inputs (%s linkage)',
    async (linkage) => {
      const random = seeded(linkage === 'average' ? 61 : 62);
      for (let round = 0; round < 1000; round++) {
        const matrix = round % 3 === 0 ? people([4, 3, 3, 2, 1], 3, 0.7, random) : hardMatrix(random);
        const threshold = [0.3, 0.6, 1, 2.2, 0][Math.floor(random() * 5)];
        const constraints = randomConstraints(matrix.rows, threshold, random);
        const labels = await agglomerative(matrix, { threshold, linkage, constraints });
        expect([...labels], `round ${round}`).toEqual(
          naiveConstrained(matrix, linkage, threshold, constraints),
        );
      }
    },
  );

  it('change nothing where there are none', async () => {
    const random = seeded(63);
    const matrix = people([30, 20, 10, 5, 1, 1], 12, 0.7, random);
    const plain = await agglomerative(matrix, { threshold: 0.55 });
    const apart = Array.from({ length: matrix.rows }, (_, row) => row);
    for (const constraints of [{}, { mustLink: [], cannotLink: [] }, { imageIndex: apart }]) {
      expect(await agglomerative(matrix, { threshold: 0.55, constraints })).toEqual(plain);
    }
  });

  it('give the same clusters whatever the order of the rows', async () => {
    const random = seeded(64);
    for (let round = 0; round < 30; round++) {
      const matrix = people([30, 20, 10, 5, 3, 2, 1, 1], 8, 0.7, random);
      const constraints = randomConstraints(matrix.rows, 0.55, random);
      const labels = await agglomerative(matrix, { threshold: 0.55, constraints });
      const order = shuffled(matrix.rows, random);
      const place = new Map(order.map((row, to) => [row, to]));
      const moved = (pairs: FaceConstraints['mustLink']) =>
        pairs!.map(([a, b]) => [place.get(b)!, place.get(a)!] as const);
      const mixed = await agglomerative(takeRows(matrix, order), {
        threshold: 0.55,
        constraints: {
          ...constraints,
          imageIndex: constraints.imageIndex && order.map((row) => constraints.imageIndex![row]),
          mustLink: moved(constraints.mustLink),
          cannotLink: moved(constraints.cannotLink),
        },
      });
      expect(mixed).toEqual(relabel(order.map((row) => labels[row])));
    }
  });

  it('keep two alike faces of one image apart, and let a mirror image be the same person', async () => {
    // 40 degrees are a distance of 0.23, 55 degrees 0.43
    const alike = matrixFrom([at(0), at(55)]);
    const mirrored = matrixFrom([at(0), at(40)]);
    const constraints = { imageIndex: [7, 7] };
    const threshold = 0.55;
    expect([...(await agglomerative(alike, { threshold }))]).toEqual([0, 0]);
    expect([...(await agglomerative(alike, { threshold, constraints }))]).toEqual([0, 1]);
    expect([...(await agglomerative(mirrored, { threshold, constraints }))]).toEqual([0, 0]);
    const never = { ...constraints, strongThreshold: 0 };
    expect([...(await agglomerative(mirrored, { threshold, constraints: never }))]).toEqual([0, 1]);
  });

  it('let one stray face in a common image not split a person', async () => {
    // two halves of a person, one stray of which is in an image with a face of the other half
    const halves = [0, 2, 4, 6, 8, 10, 12, 14].flatMap((degrees) => [at(degrees), at(degrees + 50)]);
    const images = halves.map((_, row) => (row === 1 ? 0 : row));
    const labels = await agglomerative(matrixFrom(halves), {
      threshold: 0.55,
      constraints: { imageIndex: images, strongThreshold: 0.2 },
    });
    expect(new Set(labels).size).toBe(1);
    // where they are in one image time and again, they are two people
    const together = halves.map((_, row) => row >> 1);
    const apart = await agglomerative(matrixFrom(halves), {
      threshold: 0.55,
      constraints: { imageIndex: together, strongThreshold: 0.2 },
    });
    expect([...apart]).toEqual(halves.map((_, row) => row % 2));
  });

  it('link and part what they are told to, whatever the distance', async () => {
    const matrix = matrixFrom([at(0), at(1), at(180), [0, 0], at(2), at(2)]);
    const constraints: FaceConstraints = {
      mustLink: [
        [0, 3],
        [3, 2],
      ],
      cannotLink: [
        [1, 2],
        [4, 5],
      ],
    };
    const labels = await agglomerative(matrix, { threshold: 0.5, constraints });
    expect(labels[2]).toBe(labels[0]);
    expect(labels[3]).toBe(labels[0]);
    expect(labels[1]).not.toBe(labels[0]);
    expect(labels[4]).not.toBe(labels[5]);
  });

  it('hold through the merge of centroids', async () => {
    const matrix = matrixFrom([at(0), at(3), at(30), at(33), at(120)]);
    const labels = [0, 0, 1, 1, 2];
    const merged = (constraints?: FaceConstraints) =>
      mergeCentroids(matrix, labels, { threshold: 0.4, constraints });
    expect([...(await merged())]).toEqual([0, 0, 0, 0, 1]);
    expect([...(await merged({ cannotLink: [[1, 3]] }))]).toEqual([0, 0, 1, 1, 2]);
    expect([...(await merged({ mustLink: [[0, 4]] }))]).toEqual([0, 0, 1, 1, 0]);
    const images = { imageIndex: [0, 1, 0, 1, 2], strongThreshold: 0.05 };
    expect([...(await merged(images))]).toEqual([0, 0, 1, 1, 2]);
    // one common image of two speaks with half the strength
    expect([...(await merged({ ...images, imageIndex: [0, 1, 0, 3, 2] }))]).toEqual([0, 0, 0, 0, 1]);
  });

  it('are refused where they contradict each other, do not fit, or cannot be had', async () => {
    const matrix = matrixFrom([at(0), at(10), at(20)]);
    const run = (constraints: FaceConstraints, options = {}) =>
      agglomerative(matrix, { threshold: 0.5, ...options, constraints });
    const chain: FaceConstraints = {
      mustLink: [
        [0, 1],
        [1, 2],
      ],
      cannotLink: [[2, 0]],
    };
    await expect(run(chain)).rejects.toThrow(/rows 2 and 0.*mustLink/);
    await expect(run({ mustLink: [[0, 3]] })).rejects.toThrow(/mustLink.*\[0, 3\].*0 to 2/);
    await expect(run({ cannotLink: [[1, 1]] })).rejects.toThrow(/two different rows/);
    await expect(run({ imageIndex: [0] })).rejects.toThrow(/1 entries for 3 rows/);
    await expect(run({ strongThreshold: -1 })).rejects.toThrow(/strongThreshold.*-1/);
    await expect(run({}, { linkage: 'single' })).rejects.toThrow(/got single linkage/);
    await expect(run({}, { metric: 'euclidean' })).rejects.toThrow(/euclidean/);
    await expect(run({}, { threshold: undefined, clusters: 2 })).rejects.toThrow(/number of clusters/);
  });
});

describe.skipIf(!golden)('on the shared photos (skipped without shared data)', () => {
  const photos: Record<string, { auto: { normed_embedding: number[] }[] }> = golden
    ? JSON.parse(readFileSync(golden, 'utf8'))
    : {};
  const names = Object.keys(photos).sort();
  const faces = names.flatMap((name, image) =>
    photos[name].auto.map((face) => ({ name, image, row: face.normed_embedding })),
  );

  it('no two faces of a photo are one person, and the portraits are at least as right as without', async () => {
    const matrix = matrixFrom(faces.map(({ row }) => row));
    const imageIndex = faces.map(({ image }) => image);
    const portraits = faces.flatMap(({ name }, row) => (name.startsWith('people/') ? [row] : []));
    const identity = portraits.map((row) => faces[row].name.split('/')[1]);
    for (const threshold of [0.45, 0.5, 0.55, 0.6, 0.65, 0.7]) {
      const judged = async (constraints?: FaceConstraints) => {
        const labels = await agglomerative(matrix, { threshold, constraints });
        const truth = identity.map((name) => identity.indexOf(name));
        const { pairwise, bcubed } = evaluateClusters(
          portraits.map((row) => labels[row]),
          truth,
        );
        const seen = new Set(imageIndex.map((image, row) => `${image} ${labels[row]}`));
        return { pairwise: pairwise.f1, bcubed: bcubed.f1, twice: faces.length - seen.size };
      };
      const plain = await judged();
      const apart = await judged({ imageIndex });
      expect(apart.twice).toBe(0);
      expect(apart.pairwise).toBeGreaterThanOrEqual(plain.pairwise);
      expect(apart.bcubed).toBeGreaterThanOrEqual(plain.bcubed);
      if (threshold === 0.55) {
        expect(plain.twice).toBe(1);
        expect(Math.min(apart.pairwise, apart.bcubed)).toBeGreaterThanOrEqual(0.98);
      }
    }
  });
});
