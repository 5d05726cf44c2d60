import { seeded } from '@face-sets/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildIdentity,
  cosineDistance,
  type FaceMatrix,
  type IdentityOptions,
  matrixFrom,
  rowOf,
  takeRows,
} from '../../src/index.js';
import { goldens, people, readGolden, shuffled } from '../helpers.js';

const COLS = 64;
/** Faces of people, each `[person, image]`; a person's faces are about 0.3 from the centroid, people about 1 apart. */
function scene(faces: readonly (readonly [person: number, image: number])[], seed = 1) {
  const random = seeded(seed);
  const count = Math.max(...faces.map(([person]) => person)) + 1;
  const centers = people(Array(count).fill(1), COLS, 0, random);
  const rows = faces.map(([person]) => {
    const noise = people([1], COLS, 0, random).data;
    return [...takeRows(centers, [person]).data].map((value, k) => value + 0.6 * noise[k]);
  });
  const matrix = matrixFrom(rows, COLS);
  const imageIndex = faces.map(([, image]) => image);
  const all = faces.map((_, row) => row);
  const personOf = (row: number) => faces[row][0];
  return { matrix, imageIndex, all, personOf };
}

const solo = (person: number, from: number, count: number) =>
  Array.from({ length: count }, (_, i) => [person, from + i] as const);

async function identify(
  { matrix, imageIndex, all }: { matrix: FaceMatrix; imageIndex: number[]; all: number[] },
  options: Partial<IdentityOptions> = {},
) {
  return buildIdentity(matrix, all, { imageIndex, ...options });
}

describe('buildIdentity', () => {
  it('keeps the person and rejects a bystander', async () => {
    const input = scene([...solo(0, 0, 6), [1, 6], [2, 7]]);
    const { rows, outcomes, problem, others, images, centroid } = await identify(input);
    expect(rows).toEqual([0, 1, 2, 3, 4, 5]);
    expect(outcomes[6]).toMatchObject({ status: 'rejected', reason: 'outlier', limit: 0.45 });
    expect(problem).toBeNull();
    expect(images).toBe(8);
    expect(others.map((other) => [other.rows, other.images, other.without])).toEqual([
      [[6], 1, 1],
      [[7], 1, 1],
    ]);
    expect(Math.hypot(...centroid)).toBeCloseTo(1, 5);
  });

  it('finds the person whom a companion is beside in all photos but one', async () => {
    // The mean of all faces lies between the two: a rejection from there would keep either both or none.
    const input = scene([...solo(1, 0, 9), ...solo(0, 0, 9), [0, 9]]);
    const { rows, problem, others } = await identify(input);
    expect(rows.map(input.personOf)).toEqual(Array(10).fill(0));
    expect(problem).toBeNull();
    expect(others).toMatchObject([{ images: 9, without: 0 }]);
  });

  it('does not choose between two who are on the same photos', async () => {
    const { problem, others, rows } = await identify(scene([...solo(0, 0, 5), ...solo(1, 0, 5)]));
    expect(problem).toBe('several-people');
    expect(rows).toHaveLength(5);
    expect(others[0].images).toBe(5);
  });

  it('says when a folder holds several people', async () => {
    const half = await identify(scene([...solo(0, 0, 6), ...solo(1, 6, 4)]));
    expect(half.problem).toBe('several-people');
    expect(half.others).toMatchObject([{ images: 4, without: 4 }]);
    const crowd = await identify(scene(Array.from({ length: 8 }, (_, i) => [i, i] as const)));
    expect(crowd.problem).toBe('several-people');
    const few = await identify(scene([...solo(0, 0, 6), ...solo(1, 6, 2)]));
    expect(few.problem).toBeNull();
  });

  it('keeps one face of an image, the nearest, and names it for the others', async () => {
    const input = scene([...solo(0, 0, 5), [0, 2]]);
    const { rows, outcomes } = await identify(input);
    expect(rows).toHaveLength(5);
    const [kept, left] = [2, 5].sort((a) => (outcomes[a].status === 'kept' ? -1 : 1));
    expect(outcomes[kept]).toMatchObject({ status: 'kept' });
    expect(outcomes[left]).toMatchObject({ status: 'rejected', reason: 'same-image', row: kept });
    const distances = [kept, left].map((row) => (outcomes[row] as { distance: number }).distance);
    expect(distances[0]).toBeLessThan(distances[1]);
  });

  it('joins what the first clustering split, so that a companion does not outnumber the person', async () => {
    // The person at 0 and at 55 degrees, each way in 6 photos; the companion in 7 of the 12.
    const at = (degrees: number) => [
      Math.cos((degrees * Math.PI) / 180),
      Math.sin((degrees * Math.PI) / 180),
      0,
    ];
    const faces = [
      ...Array.from({ length: 6 }, (_, i) => [...at(0), i]),
      ...Array.from({ length: 6 }, (_, i) => [...at(55), 6 + i]),
      ...Array.from({ length: 7 }, (_, i) => [0, 0, 1, 3 + i]),
    ];
    const matrix = matrixFrom(faces.map((face) => face.slice(0, 3)));
    const imageIndex = faces.map((face) => face[3]);
    const all = faces.map((_, row) => row);
    // Average linkage at 0.4 leaves 0 and 55 degrees (0.426 apart) as clusters of 6 beside the 7.
    const { rows, problem } = await buildIdentity(matrix, all, { imageIndex, thresholds: [0.43, 0.43] });
    expect(rows).toEqual(all.slice(0, 12));
    expect(problem).toBeNull();
  });

  it('says that there is no face where no row has a direction', async () => {
    const matrix = matrixFrom([
      [0, 0],
      [Number.NaN, 1],
    ]);
    const options = { imageIndex: [0, 1] };
    const { problem, rows, outcomes, centroid } = await buildIdentity(matrix, [0, 1], options);
    expect(problem).toBe('no-face');
    expect(rows).toEqual([]);
    expect(outcomes).toEqual(Array(2).fill({ status: 'rejected', reason: 'invalid-embedding' }));
    expect([...centroid]).toEqual([0, 0]);
    expect((await buildIdentity(matrix, [], options)).problem).toBe('no-face');
  });

  it('takes a single face for the person', async () => {
    const { problem, rows } = await buildIdentity(matrixFrom([[1, 0]]), [0], { imageIndex: [7] });
    expect([problem, rows]).toEqual([null, [0]]);
  });

  it('does not depend on the order of the rows given', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 10_000 }), async (seed) => {
        const random = seeded(seed);
        const faces = Array.from(
          { length: 12 },
          () => [Math.floor(3 * random() ** 2), Math.floor(8 * random())] as const,
        );
        const { matrix, imageIndex, all } = scene(faces, seed);
        const order = shuffled(all.length, random);
        const [one, other] = [
          await buildIdentity(matrix, all, { imageIndex }),
          await buildIdentity(matrix, order, { imageIndex }),
        ];
        expect(other.rows).toEqual(one.rows);
        expect(order.map((_, row) => other.outcomes[order.indexOf(row)])).toEqual(one.outcomes);
        const images = one.rows.map((row) => imageIndex[row]);
        expect(new Set(images).size).toBe(images.length);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses a matrix without an image for each row', async () => {
    await expect(buildIdentity(matrixFrom([[1, 0]]), [0], { imageIndex: [] })).rejects.toThrow(
      'imageIndex has 0 entries for 1 rows',
    );
    await expect(
      buildIdentity(matrixFrom([[1, 0]]), [0], { imageIndex: [0], thresholds: [] }),
    ).rejects.toThrow('thresholds is empty');
  });

  it.skipIf(!goldens)(
    'finds each of 13 people among real portraits with a stranger and a companion planted',
    async () => {
      const { matrix, identity } = await readGolden('people');
      const names = Array.from(identity as ArrayLike<unknown>, String);
      const strays: number[] = [];
      for (const name of new Set(names)) {
        const own = names.flatMap((other, row) => (other === name ? [row] : []));
        const strangers = names.flatMap((other, row) => (other === name ? [] : [row]));
        const companion = names.flatMap((other, row) => (other === names[strangers[0]] ? [row] : []));
        // The companion stands beside the person in all photos but two; a stranger has a photo alone.
        const beside = companion.slice(0, own.length - 2);
        const stranger = strangers.find((row) => !companion.includes(row)) as number;
        const imageIndex = names.map((_, row) => row);
        beside.forEach((row, i) => {
          imageIndex[row] = own[i];
        });
        const rows = [...own, ...beside, stranger];
        const found = await buildIdentity(matrix, rows, { imageIndex });
        expect(found.problem, name).toBeNull();
        const lost = own.filter((row) => !found.rows.includes(row));
        expect(
          found.rows.filter((row) => !own.includes(row)),
          name,
        ).toEqual([]);
        strays.push(
          ...lost.map((row) => (found.outcomes[rows.indexOf(row)] as { distance: number }).distance),
        );
        expect(found.outcomes.at(-1), name).toMatchObject({ reason: 'outlier' });
        expect(cosineDistance(rowOf(matrix, stranger), found.centroid)).toBeGreaterThan(0.6);
      }
      // One portrait is unlike the others of the person: average linkage at 0.55 leaves it alone too.
      expect(strays).toHaveLength(1);
      expect(strays[0]).toBeGreaterThan(0.45);
    },
  );
});
