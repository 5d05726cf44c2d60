import { dot, dotOfSum, dotOfSums } from '@face-sets/cluster';

/** How far a mean of raw embeddings is from where the person's embeddings point. */
export interface Drift {
  /** Cosine of the mean to the centroid: 1 points the same way. */
  cosine: number;
  /**
   * For each embedding: the cosine with it minus the cosine without. Positive: it pulls the mean toward the centroid;
   * negative: away from it. 0 for a single one.
   */
  leaveOneOut: number[];
}

/** Mean of raw embeddings, not normalized: those of greater length count more, as in the tools that do the same. */
export function meanEmbedding(embeddings: readonly Float32Array[]): Float32Array {
  const sum = sumOf(embeddings);
  return Float32Array.from(sum, (value) => value / embeddings.length);
}

/**
 * Compares the mean of raw embeddings, which a swap tool takes for the person, with a centroid.
 *
 * @param embeddings At least one.
 * @param centroid Of unit length.
 */
export function driftOf(embeddings: readonly Float32Array[], centroid: Float32Array): Drift {
  const sum = sumOf(embeddings);
  const { length } = sum;
  const along = dotOfSum(sum, 0, centroid, 0, length);
  const square = dotOfSums(sum, 0, sum, 0, length);
  const cosine = square > 0 ? along / Math.sqrt(square) : 0;
  const leaveOneOut = embeddings.map((embedding) => {
    if (embeddings.length === 1) return 0;
    const own = dot(embedding, 0, embedding, 0, length);
    const rest = square - 2 * dotOfSum(sum, 0, embedding, 0, length) + own;
    return rest > 0 ? cosine - (along - dot(centroid, 0, embedding, 0, length)) / Math.sqrt(rest) : 0;
  });
  return { cosine, leaveOneOut };
}

/** Sum of vectors, in double precision. */
function sumOf(vectors: readonly ArrayLike<number>[]): Float64Array {
  const sum = new Float64Array(vectors[0].length);
  for (const vector of vectors) for (let k = 0; k < sum.length; k++) sum[k] += vector[k];
  return sum;
}
