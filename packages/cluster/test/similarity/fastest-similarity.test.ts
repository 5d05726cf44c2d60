import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { agglomerative, fastestSimilarity, jsSimilarity, type SimilarityBackend } from '../../src/index.js';
import { people } from '../helpers.js';

/** A backend that finds nothing, and takes so long for each 1,000 rows. */
function backend(milliseconds: number) {
  const seen: number[] = [];
  const similarity: SimilarityBackend = {
    tolerance: 0,
    async pairs({ rows }) {
      seen.push(rows);
      if (milliseconds > 0) await new Promise((done) => setTimeout(done, (milliseconds * rows) / 1000));
    },
  };
  return { similarity, seen };
}

describe('fastestSimilarity', () => {
  it('gives a large matrix to the fastest backend, and a small one to the first', async () => {
    const [slow, quick] = [backend(100), backend(0)];
    const chosen = fastestSimilarity([slow.similarity, quick.similarity]);
    const large = { data: new Float32Array(30_000), rows: 30_000, cols: 1 };
    await chosen.pairs(large, 0.5, () => {});
    expect(quick.seen.at(-1)).toBe(30_000);
    expect(slow.seen).not.toContain(30_000);
    await chosen.pairs({ ...large, data: large.data.subarray(0, 10), rows: 10 }, 0.5, () => {});
    expect(slow.seen.at(-1)).toBe(10);
    expect(quick.seen).not.toContain(10);
  });

  it('passes over a backend that does not run here, and says why where none does', async () => {
    const broken: SimilarityBackend = {
      tolerance: 0,
      pairs: async () => {
        throw new Error('no such processor');
      },
    };
    const working = backend(0);
    const large = { data: new Float32Array(30_000), rows: 30_000, cols: 1 };
    await fastestSimilarity([broken, working.similarity]).pairs(large, 0.5, () => {});
    expect(working.seen.at(-1)).toBe(30_000);
    await expect(fastestSimilarity([broken]).pairs(large, 0.5, () => {})).rejects.toThrow(
      'no such processor',
    );
  });

  it('is as inexact as the least exact, and clusters like any', async () => {
    const rough = { ...jsSimilarity, tolerance: (cols: number) => cols / 1000 };
    const chosen = fastestSimilarity([jsSimilarity, rough]);
    expect((chosen.tolerance as (cols: number) => number)(16)).toBe(0.016);
    const faces = people([30, 20, 10, 1, 1], 16, 0.7, seeded(71));
    expect(await agglomerative(faces, { threshold: 0.5, similarity: chosen })).toEqual(
      await agglomerative(faces, { threshold: 0.5 }),
    );
    expect(() => fastestSimilarity([])).toThrow(/at least one/);
  });
});
