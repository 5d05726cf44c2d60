import { type ClusterPeopleOptions, clusterPeople } from '../people/cluster-people.js';
import type { PairChunk, SimilarityBackend } from '../similarity/similarity.js';
import { wasmSimilarity } from '../similarity/wasm-similarity.js';
import type { FaceMatrix } from '../vectors/matrix.js';

/** Options of {@link thresholdSweep}: those of `clusterPeople` but the cut. */
export interface SweepOptions extends Omit<ClusterPeopleOptions, 'threshold' | 'initialLabels'> {
  /** Called after each threshold with how many are done. */
  onProgress?: (done: number) => void;
}

/**
 * The partitions of `clusterPeople` at several thresholds. The product of all rows, which takes
 * most of the time of one partition, is made once, for the largest threshold; its pairs stay in memory (12 bytes
 * each, beside what clustering needs) until the last one is done.
 *
 * @param thresholds in any order
 * @returns labels for each threshold, in the order given
 * @throws {InvalidArgumentError} as `clusterPeople` does
 */
export async function thresholdSweep(
  matrix: FaceMatrix,
  thresholds: readonly number[],
  { similarity = wasmSimilarity(), onProgress, ...options }: SweepOptions = {},
): Promise<Int32Array[]> {
  const remembered = rememberPairs(similarity);
  const found: Int32Array[] = new Array(thresholds.length);
  const order = thresholds.map((_, i) => i).sort((x, y) => thresholds[y] - thresholds[x]);
  for (const [done, i] of order.entries()) {
    const threshold = thresholds[i];
    const cut = { ...options, threshold, mergeThreshold: 0, similarity: remembered };
    const initialLabels = await clusterPeople(matrix, cut);
    // Not with the backend that remembers: centroids are other rows.
    found[i] = await clusterPeople(matrix, { ...options, threshold, similarity, initialLabels });
    onProgress?.(done + 1);
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
