import { centroidOf, cosineDistance, type FaceMatrix } from '@face-sets/cluster';

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
 * Normalised mean of the unit embeddings without the outliers: rows farther from it than the median distance plus
 * three times 1.4826 times the median absolute deviation, and farther than 0.2. It is taken again without them until
 * no row changes sides. (Median and MAD: F. R. Hampel, "The Influence Curve and Its Role in Robust Estimation", 1974.)
 */
export function robustCentroid(matrix: FaceMatrix): RobustCentroid {
  const all = Array.from({ length: matrix.rows }, (_, row) => row);
  let centroid = centroidOf(matrix, all);
  let outliers: number[] = [];
  if (matrix.rows < LEAST_FACES) return { centroid, outliers };
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const target = { data: centroid, rows: 1, cols: matrix.cols };
    const distances = all.map((row) => {
      const distance = cosineDistance(matrix, row, target, 0);
      return Number.isNaN(distance) ? 2 : distance;
    });
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
