import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import {
  agglomerative,
  jsSimilarity,
  matrixFrom,
  normalizeRows,
  type SimilarityBackend,
  wasmSimilarity,
} from '../../src/index.js';
import { fixedPointTolerance } from '../../src/similarity/pair-kernel.js';
import { gaussian, people } from '../helpers.js';

/** Similarity of each reported pair by `i,j`, in order. */
async function pairsOf(backend: SimilarityBackend, unit: ReturnType<typeof normalizeRows>, least: number) {
  const found: [string, number][] = [];
  await backend.pairs(unit, least, ({ i, j, similarity }) => {
    for (let k = 0; k < i.length; k++) if (i[k] < j[k]) found.push([`${i[k]},${j[k]}`, similarity[k]]);
  });
  expect(new Set(found.map(([pair]) => pair)).size).toBe(found.length);
  return new Map(found);
}

function similarityOf({ data, cols }: ReturnType<typeof normalizeRows>, a: number, b: number) {
  let sum = 0;
  for (let k = 0; k < cols; k++) sum += data[a * cols + k] * data[b * cols + k];
  return sum;
}

describe('wasmSimilarity', () => {
  it('reports every pair of the plain product, once, at any shape, within its tolerance', async () => {
    const random = seeded(41);
    for (const rows of [0, 1, 2, 7, 8, 9, 129, 140]) {
      for (const cols of [1, 2, 3, 4, 5, 127, 512]) {
        const unit = normalizeRows(people([rows], cols, 1, random));
        const tolerance = fixedPointTolerance(cols);
        for (const least of rows < 100 ? [-1, 0, 0.3, 0.9] : [0.3]) {
          const exact = await pairsOf(jsSimilarity, unit, least);
          const found = await pairsOf(wasmSimilarity({ threads: 0 }), unit, least - tolerance);
          for (const [pair, similarity] of exact) {
            expect(Math.abs((found.get(pair) ?? Number.NaN) - similarity)).toBeLessThanOrEqual(
              tolerance + 1e-6,
            );
          }
          for (const similarity of found.values()) expect(similarity).toBeGreaterThan(least - 2 * tolerance);
        }
      }
    }
  });

  it('gives the same pairs with any number of threads', async () => {
    const unit = normalizeRows(people([400, 300, 200, 100, 50], 512, 0.8, seeded(42)));
    const alone = await pairsOf(wasmSimilarity({ threads: 0 }), unit, 0.45);
    expect(alone.size).toBeGreaterThan(1000);
    for (const threads of [1, 2, 5]) {
      expect(await pairsOf(wasmSimilarity({ threads }), unit, 0.45)).toEqual(alone);
    }
  });

  it('finds pairs that are alike in their last components only, or in their first only', async () => {
    const random = seeded(44);
    const cols = 256;
    const faces = people([40, 30, 20, 10], cols, 0.8, random);
    for (const [from, to] of [
      [cols - 20, cols],
      [0, 20],
      [100, 120],
    ]) {
      // the rest is so weak that only these components count
      const data = faces.data.map((value, i) => (i % cols >= from && i % cols < to ? value : 0.05 * value));
      const unit = normalizeRows({ ...faces, data });
      const exact = await pairsOf(jsSimilarity, unit, 0.6);
      expect(exact.size).toBeGreaterThan(100);
      const found = await pairsOf(wasmSimilarity({ threads: 0 }), unit, 0.6 - fixedPointTolerance(cols));
      for (const pair of exact.keys()) expect(found.has(pair)).toBe(true);
    }
  });

  it('finds every similar pair of so many rows that it brings similar ones together', async () => {
    const random = seeded(45);
    const cols = 256;
    const sizes = [1200, 700, 400, 200, ...new Array(200).fill(20), ...new Array(1700).fill(1)];
    const unit = normalizeRows(people(sizes, cols, 0.8, random));
    expect(unit.rows).toBeGreaterThan(8000);
    const least = 0.55;
    const found = await pairsOf(wasmSimilarity(), unit, least - fixedPointTolerance(cols));
    let similar = 0;
    for (let sample = 0; sample < 200; sample++) {
      const row = Math.floor(random() * unit.rows);
      for (let other = 0; other < unit.rows; other++) {
        if (other === row || similarityOf(unit, row, other) < least) continue;
        similar++;
        expect(found.has(`${Math.min(row, other)},${Math.max(row, other)}`)).toBe(true);
      }
    }
    expect(similar).toBeGreaterThan(10_000);
  });

  it('finds the clusters of rows of any length, from the least to the largest numbers', async () => {
    const faces = people([20, 12, 6, 3, 1, 1], 40, 0.5, seeded(46));
    const options = { threshold: 0.5, similarity: wasmSimilarity({ threads: 0 }) };
    const expected = await agglomerative(faces, options);
    expect(new Set(expected).size).toBeLessThan(10);
    for (const size of [1e-36, 1e-30, 1e-10, 1e10, 1e30, 1e36]) {
      const data = faces.data.map((value, i) => (Math.floor(i / 40) % 2 === 0 ? value * size : value));
      expect(await agglomerative({ ...faces, data }, options)).toEqual(expected);
    }
  });

  it('does not overflow with components of 1, all alike or opposite', async () => {
    const axis = (k: number, sign = 1) => Array.from({ length: 16 }, (_, i) => (i === k ? sign : 0));
    const even = Array.from({ length: 16 }, () => 0.25);
    const unit = matrixFrom([axis(0), axis(0), axis(0, -1), even, even.map((value) => -value)]);
    const found = await pairsOf(wasmSimilarity(), unit, -2);
    expect(found.size).toBe(10);
    expect(found.get('0,1')).toBeCloseTo(1, 3);
    expect(found.get('0,2')).toBeCloseTo(-1, 3);
    expect(found.get('3,4')).toBeCloseTo(-1, 3);
    expect(found.get('0,3')).toBeCloseTo(0.25, 3);
  });

  it('gives the clusters that plain JavaScript gives', async () => {
    const random = seeded(43);
    for (const spread of [0.6, 0.9, 1.2]) {
      const faces = people([300, 200, 120, 60, 30, 9, 5, 2, 1, 1], 96, spread, random);
      for (let row = 0; row < 20; row++) {
        faces.data.copyWithin(row * 96, (row + 40) * 96, (row + 41) * 96);
        faces.data[(row + 100) * 96] += gaussian(random);
      }
      for (const linkage of ['average', 'complete', 'single'] as const) {
        const options = { threshold: 0.6, linkage };
        expect(await agglomerative(faces, options)).toEqual(
          await agglomerative(faces, { ...options, similarity: jsSimilarity }),
        );
      }
    }
  });
});
