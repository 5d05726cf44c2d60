import { type AgglomerativeOptions, agglomerative } from '../linkage/agglomerative.js';
import { DEFAULT_LINKAGE, type Linkage } from '../linkage/linkage.js';
import { type RefineOptions, refine } from '../people/refine.js';
import type { PairChunk, SimilarityBackend } from '../similarity/similarity.js';
import { wasmSimilarity } from '../similarity/wasm-similarity.js';
import type { FaceMatrix } from '../vectors/matrix.js';

/** Options of {@link thresholdSweep}: those of `agglomerative` but the cut. */
export interface SweepOptions extends Omit<AgglomerativeOptions, 'threshold' | 'clusters' | 'metric'> {
  /** Called after each threshold with how many are done. */
  onProgress?: (done: number) => void;
}

/**
 * The partitions of `agglomerative` at several thresholds under cosine distance. The product of all rows, which takes
 * most of the time of one partition, is made once, for the largest threshold; its pairs stay in memory (12 bytes
 * each, beside what `agglomerative` needs) until the last one is done.
 *
 * @param thresholds in any order
 * @returns labels for each threshold, in the order given
 * @throws {InvalidArgumentError} as `agglomerative` does
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
    found[i] = await agglomerative(matrix, {
      ...options,
      threshold: thresholds[i],
      metric: 'cosine',
      similarity: remembered,
    });
    onProgress?.(done + 1);
  }
  return found;
}

/** Options of {@link refineSweep}: those of `refine` but the first clustering, and its linkage. */
export interface RefineSweepOptions<Gate>
  extends Omit<RefineOptions<Gate>, 'initialThreshold' | 'initialLabels'> {
  /** Of the first clustering. Default `'average'`. */
  linkage?: Linkage;
  /** Called after each first clustering with how many are done. */
  onProgress?: (done: number) => void;
}

/**
 * The facesets of `refine` at several thresholds of its first clustering: a label for each face, from 0, negative
 * for one that is in no faceset. As with {@link thresholdSweep} the product of all rows is made once.
 *
 * @throws {InvalidArgumentError} as `refine` does
 */
export async function refineSweep<Gate>(
  matrix: FaceMatrix,
  thresholds: readonly number[],
  { linkage = DEFAULT_LINKAGE, onProgress, ...options }: RefineSweepOptions<Gate>,
): Promise<Int32Array[]> {
  const { similarity } = options;
  // chains of near faces take no account of images
  const constraints = linkage === 'single' ? undefined : options.constraints;
  const first = await thresholdSweep(matrix, thresholds, { linkage, similarity, constraints, onProgress });
  const found: Int32Array[] = [];
  for (const [i, initialThreshold] of thresholds.entries()) {
    const { outcomes } = await refine(matrix, { ...options, initialThreshold, initialLabels: first[i] });
    found.push(
      Int32Array.from(outcomes, (outcome) => (outcome.status === 'faceset' ? outcome.faceset - 1 : -1)),
    );
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
