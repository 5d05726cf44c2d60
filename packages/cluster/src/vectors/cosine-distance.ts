import { InvalidArgumentError } from '../invalid-argument.js';
import { dot } from './dot.js';
import { checkMatrix, type FaceMatrix, rowLength } from './matrix.js';

/**
 * Cosine distance of two vectors: 1 − the cosine of the angle between them, from 0 (same direction) to 2 (opposite).
 * The vectors need not be normalized. Sums are taken in double precision, and swapping the two changes no bit.
 *
 * Plain arrays are read as float32, as embeddings are.
 *
 * @returns NaN where either vector is all zeros or has a number that is not finite
 * @throws {InvalidArgumentError} where the vectors have different lengths
 */
export function cosineDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkSameLength(a.length, b.length);
  const x = floats(a);
  const y = floats(b);
  return distanceAt(x, 0, rowLength(x, 0, x.length), y, rowLength(y, 0, y.length));
}

/**
 * Cosine distance of every row of a matrix to one vector: `distancesTo(matrix, vector)[row]` is
 * {@link cosineDistance}`(rowOf(matrix, row), vector)`.
 *
 * @param vector `matrix.cols` numbers
 * @returns one distance for each row; NaN for a row that is all zeros or not finite, and for all rows where the vector is
 * @throws {InvalidArgumentError} where `matrix` is not a matrix, or `vector` has another length than its rows
 */
export function distancesTo(matrix: FaceMatrix, vector: ArrayLike<number>): Float64Array {
  checkMatrix(matrix);
  checkSameLength(matrix.cols, vector.length);
  const { data, rows, cols } = matrix;
  const target = floats(vector);
  const length = rowLength(target, 0, cols);
  const distances = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    distances[row] = distanceAt(data, row * cols, rowLength(data, row, cols), target, length);
  }
  return distances;
}

/** Distance of the vector in `data` from `offset` on, and `target`, both of known length. */
function distanceAt(
  data: Float32Array,
  offset: number,
  length: number,
  target: Float32Array,
  targetLength: number,
): number {
  const lengths = length * targetLength;
  if (!(lengths > 0 && lengths < Infinity)) return Number.NaN;
  const cosine = dot(data, offset, target, 0, target.length) / lengths;
  return Math.max(0, Math.min(2, 1 - cosine));
}

function floats(vector: ArrayLike<number>): Float32Array {
  return vector instanceof Float32Array ? vector : Float32Array.from(vector);
}

function checkSameLength(a: number, b: number): void {
  if (a === b) return;
  throw new InvalidArgumentError(
    `vectors of ${a} and of ${b} numbers cannot be compared: they come from different models`,
  );
}
