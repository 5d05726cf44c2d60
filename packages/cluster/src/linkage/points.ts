import { checkMatrix, type FaceMatrix, rowLength } from '../vectors/matrix.js';
import { UnitRows } from '../vectors/unit-rows.js';

/** How far apart two rows are: 1 − their cosine similarity, or the length of their difference. */
export type Metric = 'cosine' | 'euclidean';

/**
 * The rows of a matrix as the clustering sees them: distinct ones that can be compared, in an order that depends on
 * their content alone. Ties between equal distances are broken by this order, so the order of the rows cannot
 * change a result.
 */
export interface Points {
  /**
   * Distinct rows in canonical order. Their scale is 1 / length, in double precision: infinite for a zero vector, which
   * there is under the Euclidean metric.
   */
  unit: UnitRows;
  /** How many rows each one stands for. */
  weight: Float64Array;
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
  const length = Float64Array.from({ length: rows }, (_, row) => rowLength(data, row, cols));
  const comparable = (row: number) => length[row] < Infinity && (metric === 'euclidean' || length[row] > 0);
  const usable: number[] = [];
  for (let row = 0; row < rows; row++) if (comparable(row)) usable.push(row);
  const order = sortedRows(matrix, usable, alone);

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
  const scale = Float64Array.from(first, (row) => 1 / length[row]);
  const unit = new UnitRows(data, cols, cols, Int32Array.from(first), scale);
  return { unit, weight: Float64Array.from(weights), pointOfRow };
}

/** The same points with other numbers: point `order[k]` becomes point k. */
export function reorderPoints(points: Points, order: Int32Array): Points {
  const placeOf = new Int32Array(order.length);
  order.forEach((point, place) => {
    placeOf[point] = place;
  });
  return {
    unit: points.unit.take(order),
    weight: Float64Array.from(order, (point) => points.weight[point]),
    pointOfRow: points.pointOfRow.map((point) => (point < 0 ? -1 : placeOf[point])),
  };
}

/** Some rows in the order of their content. */
function sortedRows({ data, cols }: FaceMatrix, rows: number[], alone?: ArrayLike<number>): Int32Array {
  // first by the first component: numbers sort many times as fast as rows, of which few then remain to be compared
  const count = rows.length;
  const coarse = 2 ** Math.max(0, Math.ceil(Math.log2(count)) - 21);
  const keys = new Float64Array(count);
  const first = new Float32Array(1);
  const bits = new Int32Array(first.buffer);
  for (let k = 0; k < count; k++) {
    // and no negative zero
    first[0] = cols > 0 ? data[rows[k] * cols] + 0 : 0;
    const ordinal = bits[0] < 0 ? -(bits[0] & 0x7fffffff) : bits[0];
    keys[k] = Math.floor(ordinal / coarse) * count + k;
  }
  keys.sort();
  const order = Int32Array.from(keys, (key) => rows[key - Math.floor(key / count) * count]);
  for (let from = 0, end = 1; from < count; from = end++) {
    while (end < count && Math.floor(keys[end] / count) === Math.floor(keys[from] / count)) end++;
    if (end - from === 1) continue;
    order
      .subarray(from, end)
      .sort((a, b) => compareRows(data, a, b, cols) || (alone ? alone[a] - alone[b] : 0));
  }
  return order;
}

function compareRows(data: Float32Array, a: number, b: number, cols: number): number {
  for (let i = a * cols, j = b * cols; i < (a + 1) * cols; i++, j++) {
    if (data[i] !== data[j]) return data[i] < data[j] ? -1 : 1;
  }
  return 0;
}
