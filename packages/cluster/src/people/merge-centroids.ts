import { checkThreshold } from '../invalid-argument.js';
import { cutByThreshold } from '../linkage/agglomerative.js';
import { clusterConstraints, type FaceConstraints, rowConstraints } from '../linkage/constraints.js';
import type { SimilarityBackend } from '../similarity/similarity.js';
import { clusterCentroids } from '../vectors/centroids.js';
import { relabel } from '../vectors/labels.js';
import type { FaceMatrix } from '../vectors/matrix.js';
import { DEFAULT_REFINE_OPTIONS } from './refine-defaults.js';

export interface MergeCentroidsOptions {
  /** Largest cosine distance between the centroids of one group. Default 0.40. */
  threshold?: number;
  /** Finds similar pairs of centroids; changes the time it takes, never the result. */
  similarity?: SimilarityBackend;
  /**
   * What is known of the faces beside their embeddings: conflicts and vetoes between the faces of clusters keep these
   * apart, and clusters with faces that must be linked are joined, see `agglomerative`. Clusters are never
   * split. Default: nothing.
   */
  constraints?: FaceConstraints;
}

/**
 * Joins clusters of one person that the first clustering left apart: those whose centroids are near.
 *
 * Merging whenever two centroids are near would chain, A to B to C, until strangers share a cluster. So groups are
 * found by complete linkage: clusters merge only where *every* two centroids of the group are nearer than the
 * threshold, nearest first.
 *
 * @param labels a cluster for each row, 0..k-1; a negative label belongs to none and stays as it is
 * @returns new labels, 0..j-1 in the order of first appearance
 */
export async function mergeCentroids(
  matrix: FaceMatrix,
  labels: ArrayLike<number>,
  options: MergeCentroidsOptions = {},
): Promise<Int32Array> {
  const { threshold = DEFAULT_REFINE_OPTIONS.mergeThreshold, similarity, constraints } = options;
  checkThreshold('threshold', threshold);
  const centroids = clusterCentroids(matrix, labels);
  const group = await cutByThreshold(centroids, {
    threshold,
    linkage: 'complete',
    similarity,
    constraints: constraints && clusterConstraints(rowConstraints(matrix, constraints, threshold), labels),
  });
  return relabelClustered(Int32Array.from(labels, (label) => (label < 0 ? -1 : group[label])));
}

function relabelClustered(labels: Int32Array): Int32Array {
  const names = relabel(labels.filter((label) => label >= 0));
  let next = 0;
  return labels.map((label) => (label < 0 ? label : names[next++]));
}
