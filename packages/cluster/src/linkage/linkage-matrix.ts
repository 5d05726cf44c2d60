import type { FaceMatrix } from '../vectors/matrix.js';
import { denseLinkage } from './dense-linkage.js';
import { checkLinkage, checkMetric, DEFAULT_LINKAGE, type Linkage } from './linkage.js';
import { canonicalPoints, type Metric, type Points } from './points.js';

export interface LinkageMatrixOptions {
  /** Default `'average'`. */
  linkage?: Linkage;
  /** Default `'cosine'`. */
  metric?: Metric;
}

/**
 * The whole hierarchy in SciPy's form: `rows − 1` lines of 4 numbers, flat, row-major, that `scipy.cluster.hierarchy`
 * takes as they are. Line i makes cluster `rows + i` of two clusters (the lower number first; below `rows`
 * it is that row), at the given distance, with the given number of rows in it. Distances never fall.
 *
 * Rows that cannot be compared (under cosine all zeros; under both not finite) join last, at distance Infinity.
 *
 * Keeps the distances of all pairs: memory 4·n² bytes, at most 20,000 distinct rows; see `agglomerative`
 * for a cut that needs no such matrix.
 *
 * @throws {InvalidArgumentError} for more rows than that, an unknown linkage or metric, or data that does not fit its shape
 */
export function linkageMatrix(matrix: FaceMatrix, options: LinkageMatrixOptions = {}): Float64Array {
  const { linkage = DEFAULT_LINKAGE, metric = 'cosine' } = options;
  checkLinkage(linkage);
  checkMetric(metric);
  const points = canonicalPoints(matrix, metric);
  const lines = new Float64Array(Math.max(0, matrix.rows - 1) * 4);
  const size = new Float64Array(Math.max(0, 2 * matrix.rows - 1)).fill(1);
  // what each row's cluster is called by now; rows of a cluster are reached through its first row
  const name = Int32Array.from({ length: matrix.rows }, (_, row) => row);
  rowMerges(points, denseLinkage(points, linkage, metric)).forEach(({ a, b, height }, i) => {
    const [low, high] = [Math.min(name[a], name[b]), Math.max(name[a], name[b])];
    const made = matrix.rows + i;
    size[made] = size[low] + size[high];
    lines.set([low, high, height, size[made]], i * 4);
    name[a] = made;
  });
  return lines;
}

/**
 * Merges of points as merges of rows: first those of equal rows, at height 0, last those of rows that are no
 * point, at height Infinity. A cluster is called by one of its rows, and after a merge by `a`.
 */
export function rowMerges(points: Points, merges: { a: number; b: number; height: number }[]) {
  const rowOfPoint = new Int32Array(points.unit.rows).fill(-1);
  const equal: { point: number; b: number }[] = [];
  const apart: number[] = [];
  points.pointOfRow.forEach((point, row) => {
    if (point < 0) apart.push(row);
    else if (rowOfPoint[point] < 0) rowOfPoint[point] = row;
    else equal.push({ point, b: row });
  });
  equal.sort((x, y) => x.point - y.point);
  const between = merges.map(({ a, b, height }) => ({ a: rowOfPoint[a], b: rowOfPoint[b], height }));
  const root = rowOfPoint.length > 0 ? rowOfPoint[0] : apart.shift();
  const last = apart.map((b) => ({ a: root!, b, height: Infinity }));
  return [...equal.map(({ point, b }) => ({ a: rowOfPoint[point], b, height: 0 })), ...between, ...last];
}
