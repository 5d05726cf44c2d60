import { checkMatrix, type FaceMatrix, hasDirection, rowLength, rowOf } from './matrix.js';

/** How far apart two rows are: 1 − their cosine similarity, or the length of their difference. */
export type Metric = 'cosine' | 'euclidean';

/**
 * The rows of a matrix as the clustering sees them: distinct ones that can be compared, in an order that depends on
 * their content alone. Ties between equal distances are broken by this order, so the order of the rows cannot
 * change a result.
 */
export interface Points {
  /** Distinct rows in canonical order, as they came, not normalised. */
  vectors: FaceMatrix;
  /** How many rows each one stands for. */
  weight: Float64Array;
  /** 1 / length of each vector, in double precision: what makes a unit vector of it. Infinite for a zero vector. */
  scale: Float64Array;
  /** Point of each row, or -1 for a row that cannot be compared. */
  pointOfRow: Int32Array;
}

/**
 * Distinct rows of a matrix that can be compared: those with a direction or, under the Euclidean metric, finite.
 *
 * @param alone 1 for each row that is a point of its own even if others are equal to it, and comes after these
 */
export function canonicalPoints(
  matrix: FaceMatrix,
  metric: Metric = 'cosine',
  alone?: ArrayLike<number>,
): Points {
  checkMatrix(matrix);
  const { data, rows, cols } = matrix;
  const pointOfRow = new Int32Array(rows).fill(-1);
  const comparable = metric === 'cosine' ? hasDirection : isFiniteRow;
  const usable: number[] = [];
  for (let row = 0; row < rows; row++) if (comparable(matrix, row)) usable.push(row);
  const order = Int32Array.from(usable).sort(
    (a, b) => compareRows(data, a, b, cols) || (alone ? alone[a] - alone[b] : 0),
  );

  const first: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < order.length; i++) {
    const apart = alone !== undefined && i > 0 && (alone[order[i - 1]] === 1 || alone[order[i]] === 1);
    if (i === 0 || apart || compareRows(data, order[i - 1], order[i], cols) !== 0) {
      first.push(order[i]);
      weights.push(0);
    }
    weights[weights.length - 1]++;
    pointOfRow[order[i]] = first.length - 1;
  }

  const vectors = { data: new Float32Array(first.length * cols), rows: first.length, cols };
  const scale = new Float64Array(first.length);
  for (let p = 0; p < first.length; p++) {
    vectors.data.set(rowOf(matrix, first[p]), p * cols);
    scale[p] = 1 / rowLength(data, first[p], cols);
  }
  return { vectors, weight: Float64Array.from(weights), scale, pointOfRow };
}

function isFiniteRow(matrix: FaceMatrix, row: number): boolean {
  return rowLength(matrix.data, row, matrix.cols) < Infinity;
}

function compareRows(data: Float32Array, a: number, b: number, cols: number): number {
  for (let i = a * cols, j = b * cols; i < (a + 1) * cols; i++, j++) {
    if (data[i] !== data[j]) return data[i] < data[j] ? -1 : 1;
  }
  return 0;
}
