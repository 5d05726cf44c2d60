import { checkEntries } from '../invalid-argument.js';
import { agglomerative } from '../linkage/agglomerative.js';
import type { FaceConstraints } from '../linkage/constraints.js';
import type { SimilarityBackend } from '../similarity/similarity.js';
import { centroidOf, checkLabels } from '../vectors/centroids.js';
import { cosineDistance } from '../vectors/cosine-distance.js';
import { membersOf, withSingletons } from '../vectors/labels.js';
import { checkMatrix, type FaceMatrix, hasDirection, rowOf } from '../vectors/matrix.js';
import { mergeCentroids } from './merge-centroids.js';
import { rejectOutliers } from './outliers.js';
import { DEFAULT_REFINE_OPTIONS } from './refine-defaults.js';

export interface RefineOptions<Gate> {
  /** Image that each face is in, by any numbering: a faceset's size is counted in different images. */
  imageIndex: ArrayLike<number>;
  /** Why each face fails the quality gate, `null` where it passes. Default: all pass. */
  gateReasons?: readonly (Gate | null)[];
  /** Cut of the first clustering (average linkage, cosine distance). Default 0.55. */
  initialThreshold?: number;
  /**
   * A first clustering made by other means, in place of average linkage: a label for each face, 0..k-1, negative
   * for one that is in no cluster (noise), which starts as a cluster of its own.
   */
  initialLabels?: ArrayLike<number>;
  /** Largest distance between centroids that are merged, see `mergeCentroids`. Default 0.40. */
  mergeThreshold?: number;
  /** Largest distance of a face to its centroid, see `rejectOutliers`. Default 0.55. */
  outlierThreshold?: number;
  /** Clusters with fewer faces, after the quality gate, have no outliers. Default 4. */
  outlierMinSize?: number;
  /** Least number of different images of a faceset. Default 15. */
  minFaces?: number;
  /** Finds similar pairs; changes the time it takes, never the result. */
  similarity?: SimilarityBackend;
  /**
   * What is known of the faces beside their embeddings, for the first clustering and the merge of centroids; see
   * `agglomerative`. `constraints.imageIndex` (not `imageIndex` above) keeps faces of one image apart. Its
   * `strongThreshold` is half of `initialThreshold` by default. Clusters given as `initialLabels` are
   * not split. Default: nothing.
   */
  constraints?: FaceConstraints;
}

/** What became of one face. */
export type FaceOutcome<Gate = unknown> =
  | {
      status: 'faceset';
      /** Number of the faceset, from 1. */
      faceset: number;
      /** Cluster after the merge of centroids, from 0. */
      cluster: number;
      /** Cosine distance to the centroid of the cluster's faces that passed the quality gate. */
      distance: number;
    }
  | { status: 'rejected'; reason: 'invalid-embedding' }
  | { status: 'rejected'; reason: 'quality'; gate: Gate; cluster: number; distance: number }
  | { status: 'rejected'; reason: 'outlier'; limit: number; cluster: number; distance: number }
  | {
      status: 'rejected';
      reason: 'few-images';
      /** Different images among the faces of the cluster that were left. */
      images: number;
      limit: number;
      cluster: number;
      distance: number;
    };

export interface Faceset {
  /** Faces, ascending. */
  rows: number[];
  /** Number of different images that they are in. */
  images: number;
  /** Centroid of `rows`, of length 1. */
  centroid: Float32Array;
}

export interface Refined<Gate = unknown> {
  /** One for each row of the matrix. */
  outcomes: FaceOutcome<Gate>[];
  /** Faceset n is `facesets[n - 1]`. */
  facesets: Faceset[];
}

/**
 * From embeddings to clean facesets. The steps, in this order:
 *
 * 1. first clustering: average linkage under cosine distance, cut at `initialThreshold`;
 * 2. merge of clusters whose centroids are near (`mergeCentroids`);
 * 3. quality gate: faces with a gate reason leave;
 * 4. outlier rejection (`rejectOutliers`) among those that are left, in clusters of at least `outlierMinSize`;
 * 5. size filter: clusters left with fewer than `minFaces` different images give no faceset.
 *
 * Facesets are numbered by their number of faces, most first, equal ones by their first row. Every face gets its
 * faceset or the reason why it is in none: `invalid-embedding` (the embedding is all zeros or not finite), `quality`,
 * `outlier` or `few-images`. The same input gives the same result, whatever the backend.
 *
 * @throws {InvalidArgumentError} where `imageIndex`, `gateReasons` or `initialLabels` has not one entry for each row
 */
export async function refine<Gate = unknown>(
  matrix: FaceMatrix,
  options: RefineOptions<Gate>,
): Promise<Refined<Gate>> {
  const { imageIndex, gateReasons, similarity } = options;
  const {
    initialThreshold = DEFAULT_REFINE_OPTIONS.initialThreshold,
    mergeThreshold = DEFAULT_REFINE_OPTIONS.mergeThreshold,
    outlierThreshold = DEFAULT_REFINE_OPTIONS.outlierThreshold,
    outlierMinSize = DEFAULT_REFINE_OPTIONS.outlierMinSize,
    minFaces = DEFAULT_REFINE_OPTIONS.minFaces,
  } = options;
  checkMatrix(matrix);
  checkEntries('imageIndex', imageIndex.length, matrix.rows);
  if (gateReasons) checkEntries('gateReasons', gateReasons.length, matrix.rows);
  if (options.initialLabels) checkLabels(matrix, options.initialLabels);

  const constraints = options.constraints && {
    strongThreshold: initialThreshold / 2,
    ...options.constraints,
  };
  const initial = options.initialLabels
    ? withSingletons(options.initialLabels)
    : await agglomerative(matrix, { threshold: initialThreshold, similarity, constraints });
  const clusters = await mergeCentroids(matrix, initial, {
    threshold: mergeThreshold,
    similarity,
    constraints,
  });

  const directed = Array.from({ length: matrix.rows }, (_, row) => hasDirection(matrix, row));
  const gated = clusters.map((cluster, row) =>
    directed[row] && (gateReasons?.[row] ?? null) === null ? cluster : -1,
  );
  const { outlier, distance, centroids } = rejectOutliers(matrix, gated, {
    threshold: outlierThreshold,
    minClusterSize: outlierMinSize,
  });
  const kept = gated.map((cluster, row) => (outlier[row] ? -1 : cluster));
  const members = membersOf(kept);
  const images = members.map((rows) => new Set(rows.map((row) => imageIndex[row])).size);
  const ranked = members
    .map((_, cluster) => cluster)
    .filter((cluster) => members[cluster].length > 0 && images[cluster] >= minFaces)
    .sort((a, b) => members[b].length - members[a].length || members[a][0] - members[b][0]);
  const facesetOf = new Map(ranked.map((cluster, rank) => [cluster, rank + 1]));

  const outcomes = Array.from(clusters, (cluster, row): FaceOutcome<Gate> => {
    if (!directed[row]) return { status: 'rejected', reason: 'invalid-embedding' };
    const gate = gateReasons?.[row] ?? null;
    if (gate !== null) {
      // a cluster none of whose faces passed has no centroid
      const known = cluster < centroids.rows;
      const gap = known ? cosineDistance(rowOf(matrix, row), rowOf(centroids, cluster)) : Number.NaN;
      return { status: 'rejected', reason: 'quality', gate, cluster, distance: gap };
    }
    const place = { cluster, distance: distance[row] };
    if (outlier[row]) return { status: 'rejected', reason: 'outlier', limit: outlierThreshold, ...place };
    const faceset = facesetOf.get(cluster);
    if (faceset !== undefined) return { status: 'faceset', faceset, ...place };
    return {
      status: 'rejected',
      reason: 'few-images',
      images: images[cluster],
      limit: minFaces,
      ...place,
    };
  });
  const facesets = ranked.map((cluster) => ({
    rows: members[cluster],
    images: images[cluster],
    centroid: centroidOf(matrix, members[cluster]),
  }));
  return { outcomes, facesets };
}
