import { InvalidArgumentError } from '../invalid-argument.js';
import { distanceKey } from './distance-key.js';
import type { Linkage } from './linkage.js';
import type { Metric, Points } from './points.js';

/** The most distinct rows whose distances are all kept: their matrix takes n²/2 numbers of 8 bytes, 1.6 GB. */
const MAX_DENSE_POINTS = 20_000;

/** Clusters `a` and `b`, each named by its least point, become one; `a < b`, which then names it. */
export interface Merge {
  a: number;
  b: number;
  height: number;
}

/**
 * All merges down to a single cluster, from the distances of all pairs of points. Each cluster keeps its nearest
 * neighbor of a higher number, and only those whose neighbor has merged look for another (Müllner,
 * "Modern hierarchical, agglomerative clustering algorithms", 2011). Distances to a union follow from those to
 * its parts (Lance and Williams, 1967). Merges come in order of distance; among equals the pair with the
 * least point number merges first.
 *
 * Time O(n²·cols) for the distances and, usually, O(n²) for the merges; memory n²/2 numbers.
 *
 * @throws {InvalidArgumentError} for more than {@link MAX_DENSE_POINTS} points
 */
export function denseLinkage(points: Points, linkage: Linkage, metric: Metric): Merge[] {
  const count = points.unit.rows;
  if (count > MAX_DENSE_POINTS) {
    throw new InvalidArgumentError(
      `${count} distinct rows need a matrix of all distances, expected at most ${MAX_DENSE_POINTS}: cut by a ` +
        'threshold under the cosine metric, which needs none',
    );
  }
  const unit = metric === 'cosine' ? 1 : powerOfTwo(points);
  const distance = pairDistances(points, metric, unit);
  const size = points.weight.slice();
  const active = Int32Array.from({ length: count }, (_, p) => p);
  let left = count;
  const nearest = new Int32Array(count).fill(-1);
  const nearestKey = new Float64Array(count).fill(Infinity);
  // distance of points a < b
  const at = (a: number, b: number) => (a * (2 * count - a - 1)) / 2 + (b - a - 1);
  const between = (a: number, b: number) => (a < b ? at(a, b) : at(b, a));

  for (let p = 0; p < count; p++) findNearest(p, p + 1);

  const merges: Merge[] = [];
  while (left > 1) {
    let a = active[0];
    for (let i = 1; i < left; i++) if (nearestKey[active[i]] < nearestKey[a]) a = active[i];
    const b = nearest[a];
    merges.push({ a, b, height: distance[at(a, b)] * unit });
    const place = active.subarray(0, left).indexOf(b);
    active.copyWithin(place, place + 1, left);
    left--;
    for (let i = 0; i < left; i++) {
      const other = active[i];
      if (other === a) continue;
      const toA = between(a, other);
      const toB = distance[between(b, other)];
      if (linkage === 'average') {
        distance[toA] = (distance[toA] * size[a] + toB * size[b]) / (size[a] + size[b]);
      } else if (linkage === 'complete') {
        if (toB > distance[toA]) distance[toA] = toB;
      } else if (toB < distance[toA]) {
        distance[toA] = toB;
      }
    }
    size[a] += size[b];
    for (let i = 0; i < left && active[i] < b; i++) {
      const other = active[i];
      if (other === a || nearest[other] === a || nearest[other] === b) findNearest(other, i + 1);
      else if (other < a) offer(other, a);
    }
  }
  return merges;

  function offer(cluster: number, other: number): void {
    const key = distanceKey(distance[at(cluster, other)]);
    if (key < nearestKey[cluster] || (key === nearestKey[cluster] && other < nearest[cluster])) {
      nearest[cluster] = other;
      nearestKey[cluster] = key;
    }
  }

  function findNearest(cluster: number, from: number): void {
    nearest[cluster] = -1;
    nearestKey[cluster] = Infinity;
    for (let i = from; i < left; i++) offer(cluster, active[i]);
  }
}

/** A power of two near the largest length, in which distances are measured so that keys tell them apart. */
function powerOfTwo(points: Points): number {
  const least = points.unit.scale.reduce((min, scale) => Math.min(min, scale), Infinity);
  return least < Infinity ? 2 ** Math.ceil(Math.log2(1 / least)) : 1;
}

/** Distances of all pairs in units of `unit`: those of point 0 to 1, 2, …, then of 1 to 2, 3, … */
function pairDistances({ unit: vectors }: Points, metric: Metric, unit: number): Float64Array {
  const { source, rows, cols } = vectors;
  const distance = new Float64Array((rows * (rows - 1)) / 2);
  let at = 0;
  for (let a = 0; a < rows; a++) {
    for (let b = a + 1; b < rows; b++) {
      distance[at++] =
        metric === 'cosine'
          ? Math.max(0, 1 - vectors.cosine(a, b))
          : separation(source, vectors.offset(a), vectors.offset(b), cols) / unit;
    }
  }
  return distance;
}

function separation(data: Float32Array, a: number, b: number, cols: number): number {
  let sum = 0;
  for (let k = 0; k < cols; k++) sum += (data[a + k] - data[b + k]) ** 2;
  return Math.sqrt(sum);
}
