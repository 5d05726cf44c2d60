import { agglomerative } from '../linkage/agglomerative.js';
import type { FaceConstraints } from '../linkage/constraints.js';
import type { Linkage } from '../linkage/linkage.js';
import type { SimilarityBackend } from '../similarity/similarity.js';
import { withSingletons } from '../vectors/labels.js';
import type { FaceMatrix } from '../vectors/matrix.js';
import { mergeCentroids } from './merge-centroids.js';
import { DEFAULT_REFINE_OPTIONS } from './refine-defaults.js';

/** Options of {@link clusterPeople}. */
export interface ClusterPeopleOptions {
  /** Cosine distance at which the first clustering is cut; higher takes more faces for one person. @default 0.55 */
  threshold?: number;
  /** Clusters whose centroids are within this cosine distance are one person; 0 for never. @default 0.40 */
  mergeThreshold?: number;
  /** Of the first clustering. @default 'average' */
  linkage?: Linkage;
  /**
   * A first clustering made by other means: a label for each face, 0..k-1, negative for one that is in no cluster
   * (noise), which starts as a cluster of its own. Clusters given in this way are not split.
   */
  initialLabels?: ArrayLike<number>;
  /**
   * What is known of the faces beside their embeddings; see `agglomerative`. Its `strongThreshold` is half of `threshold` by
   * default. Default: nothing.
   */
  constraints?: FaceConstraints;
  /** Finds similar pairs; changes the time it takes, never the result. */
  similarity?: SimilarityBackend;
}

/**
 * Sorts faces by person: agglomerative clustering under cosine distance, cut at `threshold`, then a merge of clusters whose
 * centroids are near (`mergeCentroids`). The same input gives the same labels, whatever the backend.
 *
 * @returns a label for each row, 0..k-1
 * @throws {InvalidArgumentError} as `agglomerative` does, or where `initialLabels` has not one entry for each row
 */
export async function clusterPeople(
  matrix: FaceMatrix,
  {
    threshold = DEFAULT_REFINE_OPTIONS.initialThreshold,
    mergeThreshold = DEFAULT_REFINE_OPTIONS.mergeThreshold,
    linkage,
    initialLabels,
    similarity,
    ...rest
  }: ClusterPeopleOptions = {},
): Promise<Int32Array> {
  const constraints = rest.constraints && { strongThreshold: threshold / 2, ...rest.constraints };
  const initial = initialLabels
    ? withSingletons(initialLabels)
    : await agglomerative(matrix, {
        threshold,
        linkage,
        metric: 'cosine',
        similarity,
        // Chains of near faces take no account of photos.
        constraints: linkage === 'single' ? undefined : constraints,
      });
  if (mergeThreshold === 0) return Int32Array.from(initial);
  return mergeCentroids(matrix, initial, { threshold: mergeThreshold, similarity, constraints });
}
