import { nearPairs } from '../similarity/near-pairs.js';
import type { FaceMatrix } from '../vectors/matrix.js';

export interface Assignment {
  /** Row of `centroids` that each face belongs to, -1 for none. */
  label: Int32Array;
  /** Cosine distance to that centroid; NaN for none. */
  distance: Float64Array;
}

/**
 * Gives each face to its nearest centroid, if that is within the threshold; of equally near ones to the first.
 *
 * @param matrix    faces, not necessarily normalized; one without a direction belongs to none
 * @param centroids as from `clusterCentroids`
 * @param threshold largest cosine distance
 */
export function assignToCentroids(matrix: FaceMatrix, centroids: FaceMatrix, threshold: number): Assignment {
  const label = new Int32Array(matrix.rows).fill(-1);
  const distance = new Float64Array(matrix.rows).fill(Number.NaN);
  for (const pair of nearPairs(matrix, centroids, threshold)) {
    if (label[pair.a] >= 0) continue;
    label[pair.a] = pair.b;
    distance[pair.a] = pair.distance;
  }
  return { label, distance };
}
