import { averageLinkage } from './average-linkage.js';
import { completeLinkage } from './complete-linkage.js';
import { denseLinkage } from './dense-linkage.js';
import { DisjointSets } from './disjoint-sets.js';
import { distanceKey } from './distance-key.js';
import { jsSimilarity } from './js-similarity.js';
import { relabel } from './labels.js';
import { checkLinkage, checkMetric, type Linkage } from './linkage.js';
import { rowMerges } from './linkage-matrix.js';
import type { FaceMatrix } from './matrix.js';
import { buildPairGraph } from './pair-graph.js';
import { canonicalPoints, type Metric } from './points.js';
import type { SimilarityBackend } from './similarity.js';
import { singleLinkage } from './single-linkage.js';
import { wasmSimilarity } from './wasm-similarity.js';

/** Where to cut the hierarchy: give `threshold` or `clusters`. */
export interface AgglomerativeOptions {
  /** Clusters merge while their distance is below this (strictly, as with scikit-learn's `distance_threshold`). */
  threshold?: number;
  /**
   * Clusters merge until so many are left, counting those of rows that cannot be compared, which never merge.
   */
  clusters?: number;
  /** Default `'average'`. */
  linkage?: Linkage;
  /** Default `'cosine'`. */
  metric?: Metric;
  /**
   * Finds similar pairs; changes the time it takes, never the result. Used for a `threshold` under cosine. Default:
   * `wasmSimilarity()`, or `jsSimilarity` for a few hundred faces.
   */
  similarity?: SimilarityBackend;
}

/**
 * Hierarchical clustering of face embeddings, bottom up: the partition that scikit-learn's `AgglomerativeClustering`
 * finds with the same linkage, metric and `distance_threshold` or `n_clusters`.
 *
 * Rows need not be normalised. The result does not depend on the order of rows, the backend or the number of
 * threads: equal distances (to 2^-40) are resolved by the rows' content. A row that cannot be compared (under cosine
 * all zeros; under both metrics not finite) is a cluster of its own.
 *
 * With a `threshold` under cosine there is no matrix of distances: time is that of comparing all rows, n²·cols/2
 * multiplications in the backend; memory is linear in rows and in pairs of rows below the threshold (about 30
 * bytes for each pair). With `clusters`, or under the Euclidean metric, the distances of all pairs are kept: 4·n²
 * bytes, at most 20,000 distinct rows.
 *
 * @returns a label for each row, 0..k-1 in the order of first appearance
 * @throws RangeError for a matrix whose data does not fit its shape, too many rows, an unknown linkage or metric, or
 *   unless exactly one of a threshold (a number) and clusters (a whole number, 1 or more) is given
 */
export async function agglomerative(matrix: FaceMatrix, options: AgglomerativeOptions): Promise<Int32Array> {
  const { linkage = 'average', metric = 'cosine', clusters } = options;
  checkLinkage(linkage);
  checkMetric(metric);
  const threshold = checkCut(options);
  const points = canonicalPoints(matrix, metric);
  if (clusters !== undefined || metric !== 'cosine') {
    const merges = rowMerges(points, denseLinkage(points, linkage, metric));
    const wanted = merges
      .filter(({ height }) => height < Infinity)
      .slice(0, Math.max(0, matrix.rows - (clusters ?? 0)));
    const sets = new DisjointSets(matrix.rows);
    for (const { a, b, height } of wanted)
      if (clusters !== undefined || isBelow(height, threshold)) sets.union(a, b);
    return relabel(sets.names());
  }
  if (distanceKey(threshold) <= 0) return Int32Array.from({ length: matrix.rows }, (_, row) => row);
  const graph = await buildPairGraph(
    points,
    1 - threshold,
    options.similarity ?? defaultSimilarity(points.vectors),
  );
  const cut = { average: averageLinkage, complete: completeLinkage, single: singleLinkage }[linkage];
  const names = cut(points, graph, threshold);
  return relabel(
    Array.from(points.pointOfRow, (point, row) => (point < 0 ? points.vectors.rows + row : names[point])),
  );
}

/** Setting WebAssembly memory up takes longer than a small product in plain JavaScript. */
function defaultSimilarity({ rows, cols }: FaceMatrix): SimilarityBackend {
  return rows * rows * cols < 1e7 ? jsSimilarity : wasmSimilarity();
}

/** Whether a distance of any magnitude is below a threshold by more than rounding. */
function isBelow(height: number, threshold: number): boolean {
  return threshold > 0 && distanceKey(height / threshold) < distanceKey(1);
}

function checkCut({ threshold, clusters, metric = 'cosine' }: AgglomerativeOptions): number {
  if ((threshold === undefined) === (clusters === undefined)) {
    throw new RangeError(
      'give either threshold (a distance) or clusters (a number of clusters), and not both',
    );
  }
  if (clusters !== undefined) {
    if (!Number.isInteger(clusters) || clusters < 1) {
      throw new RangeError(`clusters must be a whole number of 1 or more, got ${clusters}`);
    }
    return Infinity;
  }
  if (typeof threshold !== 'number' || Number.isNaN(threshold)) {
    throw new RangeError(`threshold must be a number (a cosine distance is 0 to 2), got ${threshold}`);
  }
  // no cosine distance exceeds 2, so a larger threshold says no more
  return metric === 'cosine' ? Math.min(threshold, 2.5) : threshold;
}
