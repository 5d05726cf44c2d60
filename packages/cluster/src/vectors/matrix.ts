import { InvalidArgumentError } from '../invalid-argument.js';
import { dot } from './dot.js';

/** Face embeddings, one row each, flat and row-major. */
export interface FaceMatrix {
  /** `rows * cols` numbers. */
  data: Float32Array;
  /** Number of faces. */
  rows: number;
  /** Length of an embedding (512 for buffalo_l). */
  cols: number;
}

/**
 * Throws if a value is not a matrix, or `data` does not have the length that the shape requires.
 *
 * @throws {InvalidArgumentError}
 */
export function checkMatrix(matrix: FaceMatrix): void {
  const found: unknown = matrix?.data;
  if (!(found instanceof Float32Array)) {
    throw new InvalidArgumentError(
      `matrix: expected {data, rows, cols} with data in a Float32Array, received ${kindOf(found)}`,
    );
  }
  const { data, rows, cols } = matrix;
  if (!Number.isInteger(rows) || !Number.isInteger(cols) || rows < 0 || cols < 0) {
    throw new InvalidArgumentError(
      `matrix: expected a shape of whole numbers, 0 or more, received ${rows}x${cols}`,
    );
  }
  if (data.length !== rows * cols) {
    throw new InvalidArgumentError(
      `matrix: expected ${rows}x${cols} = ${rows * cols} numbers, received ${data.length}`,
    );
  }
}

/** Row `row` as a view, not a copy. */
export function rowOf(matrix: FaceMatrix, row: number): Float32Array {
  return matrix.data.subarray(row * matrix.cols, (row + 1) * matrix.cols);
}

/**
 * A matrix of some vectors, a row each, in the order given: a copy.
 *
 * @param cols length of each vector; default that of the first, 0 where there is none
 * @throws {InvalidArgumentError} where a vector has another length
 */
export function matrixFrom(rows: readonly ArrayLike<number>[], cols = rows[0]?.length ?? 0): FaceMatrix {
  const data = new Float32Array(rows.length * cols);
  rows.forEach((row, at) => {
    if (row.length !== cols) {
      throw new InvalidArgumentError(`row ${at}: expected ${cols} numbers, received ${row.length}`);
    }
    data.set(row, at * cols);
  });
  return { data, rows: rows.length, cols };
}

/**
 * Some rows of a matrix as a matrix of their own, in the order given: a copy. A row may be taken more than once.
 *
 * @param rows numbers of rows of `matrix`
 * @throws {InvalidArgumentError} where the matrix has no such row
 */
export function takeRows(matrix: FaceMatrix, rows: ArrayLike<number>): FaceMatrix {
  const { data: from, cols } = matrix;
  const data = new Float32Array(rows.length * cols);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at];
    if (!(row >= 0 && row < matrix.rows)) {
      throw new InvalidArgumentError(`rows: there is no row ${row}, expected 0 to ${matrix.rows - 1}`);
    }
    data.set(from.subarray(row * cols, (row + 1) * cols), at * cols);
  }
  return { data, rows: rows.length, cols };
}

/**
 * Rows scaled to length 1, in a new matrix. A row without a direction (all zeros, or any number that is not
 * finite) becomes all zeros; {@link hasDirection} tells such rows apart.
 *
 * @throws {InvalidArgumentError} when `data` does not fit the shape
 */
export function normalizeRows(matrix: FaceMatrix): FaceMatrix {
  checkMatrix(matrix);
  const { rows, cols } = matrix;
  const data = new Float32Array(matrix.data);
  for (let row = 0; row < rows; row++) {
    const length = rowLength(data, row, cols);
    const usable = length > 0 && length < Infinity;
    const end = (row + 1) * cols;
    if (usable) for (let k = row * cols; k < end; k++) data[k] /= length;
    else data.fill(0, row * cols, end);
  }
  return { data, rows, cols };
}

/** Whether a row can be compared by angle: finite, and not all zeros. */
export function hasDirection(matrix: FaceMatrix, row: number): boolean {
  const length = rowLength(matrix.data, row, matrix.cols);
  return length > 0 && length < Infinity;
}

/** Euclidean length of a row, summed in double precision, which no float32 row overflows. */
export function rowLength(data: Float32Array, row: number, cols: number): number {
  return Math.sqrt(dot(data, row * cols, data, row * cols, cols));
}

function kindOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
}
