import { type AgglomerativeOptions, agglomerative } from './agglomerative.js';
import type { FaceMatrix } from './matrix.js';
import type { PairChunk, SimilarityBackend } from './similarity.js';
import { wasmSimilarity } from './wasm-similarity.js';

/** Options of {@link thresholdSweep}: those of `agglomerative` but the cut. */
export type SweepOptions = Omit<AgglomerativeOptions, 'threshold' | 'clusters' | 'metric'>;

/**
 * The partitions of `agglomerative` at several thresholds under cosine distance. The product of all rows, which takes
 * most of the time of one partition, is made once, for the largest threshold; its pairs stay in memory (12 bytes
 * each, beside what `agglomerative` needs) until the last one is done.
 *
 * @param thresholds in any order
 * @returns labels for each threshold, in the order given
 * @throws RangeError as `agglomerative` does
 */
export async function thresholdSweep(
  matrix: FaceMatrix,
  thresholds: readonly number[],
  { similarity = wasmSimilarity(), ...options }: SweepOptions = {},
): Promise<Int32Array[]> {
  const remembered = rememberPairs(similarity);
  const found: Int32Array[] = new Array(thresholds.length);
  const order = thresholds.map((_, i) => i).sort((x, y) => thresholds[y] - thresholds[x]);
  for (const i of order) {
    found[i] = await agglomerative(matrix, {
      ...options,
      threshold: thresholds[i],
      metric: 'cosine',
      similarity: remembered,
    });
  }
  return found;
}

/** A backend that asks another one once, and answers stricter questions about the same rows from memory. */
function rememberPairs(backend: SimilarityBackend): SimilarityBackend {
  let known: { least: number; rows: number; chunks: PairChunk[] } | null = null;
  return {
    tolerance: backend.tolerance,
    async pairs(unit, minSimilarity, emit) {
      if (!known || minSimilarity < known.least || unit.rows !== known.rows) {
        const chunks: PairChunk[] = [];
        await backend.pairs(unit, minSimilarity, (chunk) => chunks.push(chunk));
        known = { least: minSimilarity, rows: unit.rows, chunks };
      }
      for (const chunk of known.chunks) emit(atLeast(chunk, minSimilarity));
    },
  };
}

function atLeast({ i, j, similarity }: PairChunk, least: number): PairChunk {
  const enough = (_: number, k: number) => similarity[k] >= least;
  return { i: i.filter(enough), j: j.filter(enough), similarity: similarity.filter(enough) };
}
