import { checkThreshold } from '../invalid-argument.js';
import { centroidDistances, clusterCentroids } from '../vectors/centroids.js';
import { membersOf } from '../vectors/labels.js';
import type { FaceMatrix } from '../vectors/matrix.js';
import { DEFAULT_REFINE_OPTIONS } from './refine-defaults.js';

export interface OutlierOptions {
  /** A row farther than this from its cluster's centroid (cosine distance) is an outlier. Default 0.55. */
  threshold?: number;
  /** Clusters with fewer rows keep all of them: so few do not tell which one is wrong. Default 4. */
  minClusterSize?: number;
}

export interface Outliers {
  /** 1 for each row that is an outlier. */
  outlier: Uint8Array;
  /** Distance of each row to its cluster's centroid, NaN where its label is negative or it has no direction. */
  distance: Float64Array;
  /** Centroid of each cluster, of all its rows, outliers too: row c for label c. */
  centroids: FaceMatrix;
}

/**
 * Finds the rows that are far from their cluster's centroid, in a single pass: the centroid is that of the whole
 * cluster, as it came.
 *
 * @param labels a cluster for each row, 0..k-1; a row with a negative label is not an outlier and does not count
 */
export function rejectOutliers(
  matrix: FaceMatrix,
  labels: ArrayLike<number>,
  options: OutlierOptions = {},
): Outliers {
  const {
    threshold = DEFAULT_REFINE_OPTIONS.outlierThreshold,
    minClusterSize = DEFAULT_REFINE_OPTIONS.outlierMinSize,
  } = options;
  checkThreshold('threshold', threshold);
  const centroids = clusterCentroids(matrix, labels);
  const distance = centroidDistances(matrix, labels, centroids);
  const outlier = new Uint8Array(matrix.rows);
  for (const rows of membersOf(labels)) {
    if (rows.length < minClusterSize) continue;
    for (const row of rows) if (distance[row] > threshold) outlier[row] = 1;
  }
  return { outlier, distance, centroids };
}
