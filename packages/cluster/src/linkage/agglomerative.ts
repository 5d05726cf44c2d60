import { InvalidArgumentError } from '../invalid-argument.js';
import { jsSimilarity } from '../similarity/js-similarity.js';
import type { SimilarityBackend } from '../similarity/similarity.js';
import { wasmSimilarity } from '../similarity/wasm-similarity.js';
import { DisjointSets } from '../vectors/disjoint-sets.js';
import { relabel } from '../vectors/labels.js';
import { checkMatrix, type FaceMatrix } from '../vectors/matrix.js';
import { averageLinkage } from './average-linkage.js';
import { ClusterConflicts } from './cluster-conflicts.js';
import { completeLinkage } from './complete-linkage.js';
import { type FaceConstraints, type ItemConstraints, rowConstraints, vetoedItems } from './constraints.js';
import { denseLinkage } from './dense-linkage.js';
import { distanceKey } from './distance-key.js';
import { checkLinkage, checkMetric, DEFAULT_LINKAGE, type Linkage } from './linkage.js';
import { rowMerges } from './linkage-matrix.js';
import { buildPairGraph } from './pair-graph.js';
import { canonicalPoints, type Metric, type Points } from './points.js';
import { singleLinkage } from './single-linkage.js';

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
  /**
   * What is known of the faces beside their embeddings. Takes a `threshold` under cosine, and average or complete
   * linkage: single linkage joins what any chain of near faces connects. Default: nothing.
   */
  constraints?: FaceConstraints;
}

/**
 * Hierarchical clustering of face embeddings, bottom up: the partition that scikit-learn's `AgglomerativeClustering`
 * finds with the same linkage, metric and `distance_threshold` or `n_clusters`.
 *
 * Rows need not be normalized; their numbers are not copied, so they must stay as they are until the labels are there.
 * The result does not depend on the order of rows, the backend or the number of threads: equal distances (to 2^-40)
 * are resolved by the rows' content. A row that cannot be compared (under cosine all zeros; under both metrics not
 * finite) is a cluster of its own.
 *
 * With a `threshold` under cosine there is no matrix of distances: time is that of comparing all rows, n²·cols/2
 * multiplications in the backend; memory is linear in rows and in pairs of rows below the threshold (about 30
 * bytes for each pair). With `clusters`, or under the Euclidean metric, the distances of all pairs are kept: 4·n²
 * bytes, at most 20,000 distinct rows.
 *
 * With `constraints`, faces that must be linked are one cluster from the start, clusters with a pair that cannot be
 * linked never merge, and a conflict (two faces in one image) makes clusters more distant: by threshold −
 * `strongThreshold`, times the share of the smaller one's faces that are in conflict with the other. So clusters all
 * of whose faces are in conflict merge when they are nearer than `strongThreshold`, and one stray face does
 * not keep two clusters of one person apart. Merges still come in order of (that) distance. Equal rows are one face,
 * but for those that `cannotLink` keeps apart.
 *
 * @returns a label for each row, 0..k-1 in the order of first appearance
 * @throws {InvalidArgumentError} for a matrix whose data does not fit its shape, too many rows, an unknown linkage or metric, or
 *   unless exactly one of a threshold (a number) and clusters (a whole number, 1 or more) is given; for constraints that
 *   contradict each other, do not fit the rows, or cannot be had with the other options
 */
export async function agglomerative(matrix: FaceMatrix, options: AgglomerativeOptions): Promise<Int32Array> {
  checkMatrix(matrix);
  if (typeof options !== 'object' || options === null) {
    throw new InvalidArgumentError('options: expected {threshold} or {clusters}, received none');
  }
  const { linkage = DEFAULT_LINKAGE, metric = 'cosine', clusters } = options;
  checkLinkage(linkage);
  checkMetric(metric);
  const threshold = checkCut(options);
  if (options.constraints) {
    if (clusters !== undefined || metric !== 'cosine' || linkage === 'single') {
      throw new InvalidArgumentError(
        `constraints need a threshold, cosine and average or complete linkage, got ${linkage} linkage, ${metric}` +
          `${clusters === undefined ? '' : ' and a number of clusters'}`,
      );
    }
    const constraints = rowConstraints(matrix, options.constraints, threshold);
    return cutByThreshold(matrix, { threshold, linkage, similarity: options.similarity, constraints });
  }
  if (clusters === undefined && metric === 'cosine') {
    return cutByThreshold(matrix, { threshold, linkage, similarity: options.similarity });
  }
  const points = canonicalPoints(matrix, metric);
  const merges = rowMerges(points, denseLinkage(points, linkage, metric));
  const wanted = merges
    .filter(({ height }) => height < Infinity)
    .slice(0, Math.max(0, matrix.rows - (clusters ?? 0)));
  const sets = new DisjointSets(matrix.rows);
  for (const { a, b, height } of wanted)
    if (clusters !== undefined || isBelow(height, threshold)) sets.union(a, b);
  return relabel(sets.names());
}

/** What {@link cutByThreshold} takes. */
export interface ThresholdCut {
  threshold: number;
  linkage: Linkage;
  similarity?: SimilarityBackend;
  /** Constraints between the rows. */
  constraints?: ItemConstraints;
}

/** Clusters rows under cosine distance, cut at a threshold: a label for each row. */
export async function cutByThreshold(matrix: FaceMatrix, cut: ThresholdCut): Promise<Int32Array> {
  const { threshold, constraints } = cut;
  const alone = constraints && vetoedItems(constraints, matrix.rows);
  const canonical = canonicalPoints(matrix, 'cosine', alone);
  // at a distance of 0 not even equal rows merge
  const merging = distanceKey(threshold) > 0;
  const { points, names } = merging ? await cutPoints(canonical, cut) : unmerged(canonical);
  const count = points.unit.rows;
  const groups = new DisjointSets(count + matrix.rows);
  for (let p = 0; p < count; p++) groups.union(p, names[p]);
  const groupOfRow = (row: number) =>
    points.pointOfRow[row] < 0 || !merging ? count + row : points.pointOfRow[row];
  for (const [a, b] of constraints?.links ?? []) groups.union(groupOfRow(a), groupOfRow(b));
  return relabel(Array.from(points.pointOfRow, (_, row) => groups.find(groupOfRow(row))));
}

/** Points, and for each the least one of its cluster. */
interface ClusteredPoints {
  points: Points;
  names: Int32Array;
}

async function cutPoints(canonical: Points, cut: ThresholdCut): Promise<ClusteredPoints> {
  const { threshold, linkage, similarity, constraints } = cut;
  const backend = similarity ?? defaultSimilarity(canonical.unit);
  const linked = constraints !== undefined && constraints.links.length > 0;
  const { points, graph } = await buildPairGraph(canonical, 1 - threshold, backend, linked);
  const { conflicts, links } = constraints
    ? ClusterConflicts.between(points.unit.rows, points.pointOfRow, constraints)
    : { conflicts: undefined, links: [] };
  const cluster = { average: averageLinkage, complete: completeLinkage, single: singleLinkage }[linkage];
  return { points, names: cluster(points, graph, threshold, conflicts, links) };
}

function unmerged(points: Points): ClusteredPoints {
  return { points, names: Int32Array.from({ length: points.unit.rows }, (_, p) => p) };
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
    throw new InvalidArgumentError(
      'give either threshold (a distance) or clusters (a number of clusters), and not both',
    );
  }
  if (clusters !== undefined) {
    if (!Number.isInteger(clusters) || clusters < 1) {
      throw new InvalidArgumentError(`clusters must be a whole number of 1 or more, got ${clusters}`);
    }
    return Infinity;
  }
  if (typeof threshold !== 'number' || Number.isNaN(threshold)) {
    throw new InvalidArgumentError(
      `threshold must be a number (a cosine distance is 0 to 2), got ${threshold}`,
    );
  }
  // no cosine distance exceeds 2, so a larger threshold says no more
  return metric === 'cosine' ? Math.min(threshold, 2.5) : threshold;
}
