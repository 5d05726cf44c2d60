import { averageLinkage } from './average-linkage.js';
import { completeLinkage } from './complete-linkage.js';
import { distanceKey } from './distance-key.js';
import { jsSimilarity } from './js-similarity.js';
import { relabel } from './labels.js';
import type { FaceMatrix } from './matrix.js';
import { buildPairGraph } from './pair-graph.js';
import { canonicalPoints } from './points.js';
import type { SimilarityBackend } from './similarity.js';
import { singleLinkage } from './single-linkage.js';

/** How the distance of two clusters follows from those of their members: their mean, greatest or least. */
export type Linkage = 'average' | 'complete' | 'single';

export interface AgglomerativeOptions {
  /** Clusters merge while their distance is below this (strictly, as with scikit-learn's `distance_threshold`). */
  threshold: number;
  /** Default `'average'`. */
  linkage?: Linkage;
  /** `'cosine'`: 1 − cosine similarity, of 0 to 2. The default. */
  metric?: 'cosine';
  /** Finds similar pairs; changes the time it takes, never the result. */
  similarity?: SimilarityBackend;
}

/**
 * Hierarchical clustering of face embeddings, bottom up, cut at a distance: the partition that scikit-learn's
 * `AgglomerativeClustering(metric='cosine', distance_threshold=threshold)` finds, without its distance matrix.
 *
 * Rows need not be normalised. The result does not depend on the order of rows, the backend or the number of
 * threads: equal distances (to 2^-40) are resolved by the rows' content. A row without a direction (all zeros, or
 * not finite) is a cluster of its own, as no distance to it exists.
 *
 * Time is that of comparing all rows, n²·cols/2 multiplications in the backend; memory is linear in rows and in
 * pairs of rows below the threshold (about 30 bytes for each pair).
 *
 * @returns a label for each row, 0..k-1 in the order of first appearance
 * @throws RangeError for a matrix whose data does not fit its shape, or a threshold that is NaN
 */
export async function agglomerative(matrix: FaceMatrix, options: AgglomerativeOptions): Promise<Int32Array> {
  const { linkage = 'average', metric = 'cosine' } = options;
  if (metric !== 'cosine') throw new RangeError(`unknown metric '${metric}': expected 'cosine'`);
  if (typeof options.threshold !== 'number' || Number.isNaN(options.threshold)) {
    throw new RangeError(
      `threshold must be a number (a cosine distance of 0 to 2), got ${options.threshold}`,
    );
  }
  // no cosine distance exceeds 2, so a larger threshold says no more
  const threshold = Math.min(options.threshold, 2.5);
  const points = canonicalPoints(matrix);
  if (distanceKey(threshold) <= 0) return Int32Array.from({ length: matrix.rows }, (_, row) => row);
  const graph = await buildPairGraph(points, 1 - threshold, options.similarity ?? jsSimilarity);
  const clusters = linkages(linkage)(points, graph, threshold);
  return relabel(
    Array.from(points.pointOfRow, (point, row) => (point < 0 ? points.vectors.rows + row : clusters[point])),
  );
}

function linkages(linkage: Linkage) {
  switch (linkage) {
    case 'average':
      return averageLinkage;
    case 'complete':
      return completeLinkage;
    case 'single':
      return singleLinkage;
    default:
      throw new RangeError(`unknown linkage '${linkage}': expected 'average', 'complete' or 'single'`);
  }
}
