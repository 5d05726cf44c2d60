import { centroidOf } from '../vectors/centroids.js';
import { distancesTo } from '../vectors/cosine-distance.js';
import type { FaceMatrix } from '../vectors/matrix.js';

/** What a normal distribution's median absolute deviation is multiplied with to give its standard deviation. */
const MAD_TO_SIGMA = 1.4826;
const SIGMAS = 3;
/** A face this near to the centroid (cosine distance) is never an outlier, however alike the others are. */
const ALWAYS_IN = 0.2;
/** Fewer faces do not tell which one is wrong. */
const LEAST_FACES = 4;
const MOST_ROUNDS = 20;

/** The direction of a person's embeddings, and the faces that do not count for it. */
export interface RobustCentroid {
  /** Unit length; all zeros where no row has a direction. */
  centroid: Float32Array;
  /** Rows farther from it than the others are, ascending. */
  outliers: number[];
}

/**
 * Centroid of one person's faces without the outliers: a few faces of someone else do not move it.
 *
 * A face is an outlier when its cosine distance to the centroid is above the median distance plus 3 · 1.4826 · the
 * median absolute deviation, and above 0.2. The centroid is then computed again from the other faces, until no face
 * changes sides (20 rounds at most). (Median and MAD: F. R. Hampel, "The Influence Curve and Its Role in Robust
 * Estimation", 1974.)
 *
 * {@link rejectOutliers} compares the faces of many clusters with fixed limits instead.
 *
 * @param matrix faces of one person, not necessarily normalized; with fewer than 4, none is an outlier
 * @throws {InvalidArgumentError} when `data` does not fit the shape
 */
export function robustCentroid(matrix: FaceMatrix): RobustCentroid {
  const all = Array.from({ length: matrix.rows }, (_, row) => row);
  let centroid = centroidOf(matrix, all);
  let outliers: number[] = [];
  if (matrix.rows < LEAST_FACES) return { centroid, outliers };
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const distances = Array.from(distancesTo(matrix, centroid), (distance) =>
      Number.isNaN(distance) ? 2 : distance,
    );
    const middle = median(distances);
    const spread = median(distances.map((distance) => Math.abs(distance - middle)));
    const limit = Math.max(ALWAYS_IN, middle + SIGMAS * MAD_TO_SIGMA * spread);
    const found = all.filter((row) => distances[row] > limit);
    if (found.join() === outliers.join()) break;
    outliers = found;
    const out = new Set(outliers);
    centroid = centroidOf(
      matrix,
      all.filter((row) => !out.has(row)),
    );
  }
  return { centroid, outliers };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
