import type { FaceMatrix } from '../vectors/matrix.js';

/** Pairs of similar rows: entry k says that rows `i[k]` and `j[k]` have the cosine `similarity[k]`. */
export interface PairChunk {
  i: Int32Array;
  j: Int32Array;
  similarity: Float32Array;
}

/**
 * Finds the pairs of similar rows: the one costly step of clustering, the product of a matrix with itself.
 * A backend may be as inexact as it says: its figures only narrow down which pairs are worth an exact
 * look, so the resulting clusters do not depend on which one is used.
 */
export interface SimilarityBackend {
  /**
   * Largest possible difference between a reported similarity and the exact one (1e-4 is safe for a float32
   * product of unit vectors; more tolerance costs time, less than the truth costs correctness), or a function that
   * gives it for vectors of so many components.
   */
  readonly tolerance: number | ((cols: number) => number);
  /**
   * Reports every pair of different rows whose similarity, as this backend computes it, is at least
   * `minSimilarity`; more may be reported.
   *
   * @param unit rows of length 1
   * @param emit takes any number of pairs at a time. A pair counts where `i < j`, and must then come once; others
   *   are ignored, so that a block of the whole product can be handed on as it is. The arrays then belong to the
   *   receiver
   */
  pairs(unit: FaceMatrix, minSimilarity: number, emit: (chunk: PairChunk) => void): Promise<void>;
}
