import { matrixFrom, robustCentroid } from '@face-sets/cluster';
import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { driftOf, type SelectableFace, selectDiverse } from '../../src/index.js';

const DIM = 32;

/** Faces scattered around a direction: yaw, light and year at random, best first. */
function someFaces(count: number, seed = 1, spread = 0.5) {
  const random = seeded(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const faces = Array.from({ length: count }, (): SelectableFace => {
    const length = 15 + 10 * random();
    const vector = Float32Array.from(
      { length: DIM },
      (_, k) => length * ((k === 0 ? 1 : 0) + (spread * normal()) / Math.sqrt(DIM)),
    );
    return {
      score: 0.5 + 0.5 * random(),
      pose: [10 * normal(), 30 * normal(), 0],
      luminance: 40 + 150 * random(),
      year: 2000 + Math.floor(10 * random()),
      embedding: vector,
    };
  });
  return faces.sort((a, b) => b.score - a.score);
}

function centroidOfFaces(faces: readonly SelectableFace[]) {
  return robustCentroid(
    matrixFrom(
      faces.map(({ embedding }) => embedding),
      DIM,
    ),
  );
}

const distinct = (values: Iterable<unknown>) => new Set(values).size;

describe('selectDiverse', () => {
  it('covers more poses, lights and years than the best scores do, with a mean nearer to the centroid', () => {
    const drifts: [number, number][] = [];
    for (let seed = 1; seed <= 10; seed++) {
      const faces = someFaces(120, seed, 0.8);
      const { centroid, outliers } = centroidOfFaces(faces);
      const chosen = selectDiverse(faces, 12, centroid, outliers);
      const best = faces.map((_, i) => i).slice(0, 12);
      const kinds = (some: number[]) =>
        distinct(some.map((i) => faces[i].year)) +
        distinct(some.map((i) => Math.floor((faces[i].pose as number[])[1] / 30))) +
        distinct(some.map((i) => Math.floor(faces[i].luminance / 50)));
      expect(kinds(chosen)).toBeGreaterThan(kinds(best));
      const drift = (some: number[]) =>
        1 -
        driftOf(
          some.map((i) => faces[i].embedding),
          centroid,
        ).cosine;
      expect(drift(chosen)).toBeLessThanOrEqual(0.02);
      drifts.push([drift(chosen), drift(best)]);
    }
    const total = (which: 0 | 1) => drifts.reduce((sum, pair) => sum + pair[which], 0);
    expect(total(0)).toBeLessThan(total(1));
  });

  it('gives distinct indexes in ascending order, at most as many as asked for, the same each time', () => {
    const faces = someFaces(40);
    const { centroid, outliers } = centroidOfFaces(faces);
    for (const count of [1, 5, 40, 100]) {
      const chosen = selectDiverse(faces, count, centroid, outliers);
      expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b));
      expect(chosen.length).toBeLessThanOrEqual(Math.min(count, 40));
      expect(selectDiverse(faces, count, centroid, outliers)).toEqual(chosen);
    }
  });

  it('leaves an outlier out even where there is room, but never everybody', () => {
    const faces = someFaces(12, 3, 0.3);
    faces[2].embedding = Float32Array.from({ length: DIM }, (_, k) => (k === 1 ? 40 : 0));
    const { centroid, outliers } = centroidOfFaces(faces);
    expect(outliers).toEqual([2]);
    const chosen = selectDiverse(faces, 30, centroid, outliers);
    expect(chosen).not.toContain(2);
    expect(selectDiverse([faces[2]], 30, centroid, [0])).toEqual([0]);
  });

  it('does without pose and year', () => {
    const faces = someFaces(9).map(({ pose: _p, year: _y, ...face }) => face);
    const { centroid } = centroidOfFaces(faces);
    expect(selectDiverse(faces, 4, centroid)).toHaveLength(4);
    expect(selectDiverse([], 4, centroid)).toEqual([]);
  });
});
