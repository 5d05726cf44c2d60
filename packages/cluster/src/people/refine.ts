import { checkEntries } from '../invalid-argument.js';
import { centroidOf, checkLabels } from '../vectors/centroids.js';
import { cosineDistance } from '../vectors/cosine-distance.js';
import { membersOf, withSingletons } from '../vectors/labels.js';
import { checkMatrix, type FaceMatrix, hasDirection, rowOf } from '../vectors/matrix.js';
import { rejectOutliers } from './outliers.js';
import { DEFAULT_REFINE_OPTIONS } from './refine-defaults.js';

export interface RefineOptions<Gate> {
  /** Image that each face is in, by any numbering: a faceset's size is counted in different images. */
  imageIndex: ArrayLike<number>;
  /** Why each face fails the quality gate, `null` where it passes. Default: all pass. */
  gateReasons?: readonly (Gate | null)[];
  /** Faces that were picked by hand: no gate and no distance leaves them out. Default: none. */
  kept?: ReadonlySet<number>;
  /** Faces that were left out by hand. Default: none. */
  dropped?: ReadonlySet<number>;
  /** Largest distance of a face to its centroid, see `rejectOutliers`. Default 0.55. */
  outlierThreshold?: number;
  /** Clusters with fewer faces, after the quality gate, have no outliers. Default 4. */
  outlierMinSize?: number;
  /** Least number of different images of a faceset. Default 15. */
  minFaces?: number;
}

/** What became of one face. */
export type FaceOutcome<Gate = unknown> =
  | {
      status: 'faceset';
      /** Label of the faceset's person. */
      cluster: number;
      /** Cosine distance to the centroid of the cluster's faces that passed the quality gate. */
      distance: number;
    }
  | { status: 'rejected'; reason: 'invalid-embedding' }
  | { status: 'rejected'; reason: 'dropped'; cluster: number }
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
  /** Label of its person. */
  cluster: number;
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
  /** Ascending by label. */
  facesets: Faceset[];
}

/**
 * From people to clean facesets. The steps, in this order:
 *
 * 1. quality gate: faces with a gate reason leave, and those that were dropped by hand;
 * 2. outlier rejection (`rejectOutliers`) among those that are left, in clusters of at least `outlierMinSize`;
 * 3. size filter: clusters left with fewer than `minFaces` different images give no faceset.
 *
 * Every face gets its faceset or the reason why it is in none: `invalid-embedding` (the embedding is all zeros or not
 * finite), `dropped`, `quality`, `outlier` or `few-images`.
 *
 * @param labels person of each face, 0..k-1; negative for a face that is no one's, which is a cluster of its own
 * @throws {InvalidArgumentError} where `labels`, `imageIndex` or `gateReasons` has not one entry for each row
 */
export function refine<Gate = unknown>(
  matrix: FaceMatrix,
  labels: ArrayLike<number>,
  options: RefineOptions<Gate>,
): Refined<Gate> {
  const { imageIndex, gateReasons } = options;
  const { kept = NONE, dropped = NONE } = options;
  const {
    outlierThreshold = DEFAULT_REFINE_OPTIONS.outlierThreshold,
    outlierMinSize = DEFAULT_REFINE_OPTIONS.outlierMinSize,
    minFaces = DEFAULT_REFINE_OPTIONS.minFaces,
  } = options;
  checkMatrix(matrix);
  checkEntries('imageIndex', imageIndex.length, matrix.rows);
  if (gateReasons) checkEntries('gateReasons', gateReasons.length, matrix.rows);
  checkLabels(matrix, labels);

  const clusters = withSingletons(labels);
  const directed = Array.from({ length: matrix.rows }, (_, row) => hasDirection(matrix, row));
  const gateOf = (row: number) => (kept.has(row) ? null : (gateReasons?.[row] ?? null));
  const gated = clusters.map((cluster, row) =>
    directed[row] && !dropped.has(row) && gateOf(row) === null ? cluster : -1,
  );
  const { outlier, distance, centroids } = rejectOutliers(matrix, gated, {
    threshold: outlierThreshold,
    minClusterSize: outlierMinSize,
  });
  const isOutlier = (row: number) => outlier[row] === 1 && !kept.has(row);
  const members = membersOf(gated.map((cluster, row) => (isOutlier(row) ? -1 : cluster)));
  const images = members.map((rows) => new Set(rows.map((row) => imageIndex[row])).size);
  const isFaceset = (cluster: number) => members[cluster].length > 0 && images[cluster] >= minFaces;

  const outcomes = Array.from(clusters, (cluster, row): FaceOutcome<Gate> => {
    if (!directed[row]) return { status: 'rejected', reason: 'invalid-embedding' };
    if (dropped.has(row)) return { status: 'rejected', reason: 'dropped', cluster };
    const gate = gateOf(row);
    if (gate !== null) {
      // a cluster none of whose faces passed has no centroid
      const known = cluster < centroids.rows;
      const gap = known ? cosineDistance(rowOf(matrix, row), rowOf(centroids, cluster)) : Number.NaN;
      return { status: 'rejected', reason: 'quality', gate, cluster, distance: gap };
    }
    const place = { cluster, distance: distance[row] };
    if (isOutlier(row)) return { status: 'rejected', reason: 'outlier', limit: outlierThreshold, ...place };
    if (isFaceset(cluster)) return { status: 'faceset', ...place };
    return {
      status: 'rejected',
      reason: 'few-images',
      images: images[cluster],
      limit: minFaces,
      ...place,
    };
  });
  const facesets = members
    .map((rows, cluster) => ({ cluster, rows, images: images[cluster] }))
    .filter(({ cluster }) => isFaceset(cluster))
    .map((faceset) => ({ ...faceset, centroid: centroidOf(matrix, faceset.rows) }));
  return { outcomes, facesets };
}

const NONE: ReadonlySet<number> = new Set();
