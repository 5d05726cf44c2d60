import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import {
  agglomerative,
  assignToPeople,
  evaluateClusters,
  matrixFrom,
  personPrototypes,
  takeRows,
} from '../../src/index.js';
import { at, cosine, goldens, readGolden, shuffled } from '../helpers.js';

describe('assignToPeople', () => {
  const prototypes = {
    vectors: matrixFrom([at(0), at(20), at(40), at(60), at(62)]),
    person: Int32Array.of(0, 0, 0, 1, 2),
    weight: new Int32Array(5).fill(1),
  };
  const threshold = cosine(25);

  it('lets the near prototypes vote, so that one stray match does not decide', () => {
    const { person, distance } = assignToPeople(matrixFrom([at(10), at(45), at(60.5), at(180)]), prototypes, {
      threshold,
    });
    expect([...person]).toEqual([0, 0, 1, -1]);
    expect(distance[1]).toBeCloseTo(cosine(5), 6);
    expect(distance[3]).toBeNaN();
    const stray = {
      ...prototypes,
      vectors: matrixFrom([at(20), at(40), at(29)]),
      person: Int32Array.of(0, 0, 1),
    };
    const face = matrixFrom([at(30)]);
    expect([...assignToPeople(face, stray, { threshold }).person]).toEqual([0]);
    expect([...assignToPeople(face, stray, { threshold, neighbors: 1 }).person]).toEqual([1]);
  });

  it('takes two faces in one image for two people, the surest first', () => {
    const faces = matrixFrom([at(17), at(18)]);
    const free = assignToPeople(faces, prototypes, { threshold, strongThreshold: 0 });
    expect([...free.person]).toEqual([0, 0]);
    const bound = assignToPeople(faces, prototypes, { threshold, imageIndex: [5, 5], strongThreshold: 0 });
    expect([...bound.person]).toEqual([-1, 0]);
    const next = assignToPeople(matrixFrom([at(61), at(61.4)]), prototypes, {
      threshold,
      imageIndex: [5, 5],
      strongThreshold: 0,
    });
    expect([...next.person].sort()).toEqual([1, 2]);
    const known = assignToPeople(faces, prototypes, {
      threshold,
      imageIndex: [5, 6],
      peopleInImage: new Map([[6, [0]]]),
      strongThreshold: 0,
    });
    expect([...known.person]).toEqual([0, -1]);
  });

  it('lets a strong match override that', () => {
    const faces = matrixFrom([at(19.5), at(20.5)]);
    const { person } = assignToPeople(faces, prototypes, { threshold, imageIndex: [5, 5] });
    expect([...person]).toEqual([0, 0]);
    expect(() => assignToPeople(faces, prototypes, { threshold, imageIndex: [5] })).toThrow(
      /1 entries for 2 rows/,
    );
  });

  it.skipIf(!goldens)(
    'rebuilds the people from a first part, whatever the order (skipped without shared data)',
    async () => {
      const { matrix, identity } = await readGolden('people');
      const truth = Array.from(identity as string[], (name) =>
        [...new Set(identity as string[])].indexOf(name),
      );
      const random = seeded(62);
      for (let round = 0; round < 5; round++) {
        const order = shuffled(matrix.rows, random);
        const [first, rest] = [order.slice(0, 60), order.slice(60)];
        const labels = await agglomerative(takeRows(matrix, first), { threshold: 0.6 });
        const known = personPrototypes(takeRows(matrix, first), labels);
        const faces = takeRows(matrix, rest);
        const { person } = assignToPeople(faces, known, { threshold: 0.55 });
        const { pairwise } = evaluateClusters(
          [...labels, ...person],
          [...first, ...rest].map((row) => truth[row]),
        );
        expect(pairwise.precision).toBeGreaterThan(0.99);
        expect(pairwise.recall).toBeGreaterThan(0.9);
        const mixed = shuffled(rest.length, random);
        const again = assignToPeople(takeRows(faces, mixed), known, { threshold: 0.55 });
        expect([...again.person]).toEqual(mixed.map((row) => person[row]));
      }
    },
  );
});
