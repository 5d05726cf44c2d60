import { InvalidArgumentError } from '../invalid-argument.js';
import { cosineDistance } from './cosine-distance.js';
import { dotOfSums } from './dot.js';
import { membersOf } from './labels.js';
import { checkMatrix, type FaceMatrix, matrixFrom, rowLength, rowOf } from './matrix.js';

/**
 * Centroid of some rows: the direction of the mean of their unit vectors, of length 1. Rows without a direction
 * (all zeros, or not finite) do not count; where no row counts, or they cancel out, it is all zeros.
 *
 * @param rows numbers of rows of `matrix`, which need not be normalized
 */
export function centroidOf(matrix: FaceMatrix, rows: Iterable<number>): Float32Array {
  const { data, cols } = matrix;
  const sum = new Float64Array(cols);
  for (const row of rows) {
    const length = rowLength(data, row, cols);
    if (length > 0 && length < Infinity) addScaled(sum, data, row * cols, 1 / length);
  }
  return directionOf(sum);
}

/** Adds the numbers of `data` from `offset` to a sum, times `scale`. */
export function addScaled(sum: Float64Array, data: Float32Array, offset: number, scale: number): void {
  for (let k = 0; k < sum.length; k++) sum[k] += data[offset + k] * scale;
}

/** A sum of unit vectors scaled to length 1; all zeros where they cancel out. */
export function directionOf(sum: Float64Array): Float32Array {
  const direction = new Float32Array(sum.length);
  const length = Math.sqrt(dotOfSums(sum, 0, sum, 0, sum.length));
  // what remains of unit vectors that cancel out is rounding, not a direction
  if (length > 1e-9) for (let k = 0; k < sum.length; k++) direction[k] = sum[k] / length;
  return direction;
}

/**
 * Centroids of all clusters: row c is the {@link centroidOf} of the rows labeled c.
 *
 * @param labels a cluster for each row, 0..k-1; a negative label belongs to none
 */
export function clusterCentroids(matrix: FaceMatrix, labels: ArrayLike<number>): FaceMatrix {
  checkLabels(matrix, labels);
  return matrixFrom(
    membersOf(labels).map((rows) => centroidOf(matrix, rows)),
    matrix.cols,
  );
}

/**
 * Cosine distance of each row to the centroid of its own cluster; NaN where its label is negative, or it or the
 * centroid has no direction.
 *
 * @param centroids default those of the labeled rows ({@link clusterCentroids}); row c for label c
 */
export function centroidDistances(
  matrix: FaceMatrix,
  labels: ArrayLike<number>,
  centroids: FaceMatrix = clusterCentroids(matrix, labels),
): Float64Array {
  checkLabels(matrix, labels);
  return Float64Array.from(labels, (label, row) =>
    label >= 0 && label < centroids.rows
      ? cosineDistance(rowOf(matrix, row), rowOf(centroids, label))
      : Number.NaN,
  );
}

/** Throws a `RangeError` where there is not one label for each row. */
export function checkLabels(matrix: FaceMatrix, labels: ArrayLike<number>): void {
  checkMatrix(matrix);
  if (labels.length !== matrix.rows) {
    throw new InvalidArgumentError(
      `${labels.length} labels for ${matrix.rows} rows: expected one for each row`,
    );
  }
}
