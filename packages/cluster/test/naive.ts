import type { FaceConstraints, FaceMatrix, Linkage } from '../src/index.js';

/** The metric that `naiveLinkage` measures with. */
export type Metric = 'cosine' | 'euclidean';

export interface NaiveMerge {
  /** Rows of the merged cluster. */
  rows: number[];
  height: number;
}

/** Distances equal but for rounding are equal: whole multiples of 2^-40. */
const key = (distance: number) => Math.round(Math.max(0, distance) * 2 ** 40);

/**
 * Hierarchical clustering straight from its definition: as long as there are two clusters, all distances
 * between members are looked at, and the nearest two clusters merge. O(n³) and more. Equal rows merge first; among
 * equal distances, the pair with the member that comes first in the order of rows by content merges.
 *
 * @returns the merges in order; rows without a direction (cosine) or not finite (euclidean) take part in none
 */
export function naiveLinkage(matrix: FaceMatrix, linkage: Linkage, metric: Metric = 'cosine'): NaiveMerge[] {
  const { rows, cols } = matrix;
  const vectors = Array.from({ length: rows }, (_, row) => [
    ...matrix.data.subarray(row * cols, (row + 1) * cols),
  ]);
  const order = vectors
    .map((_, row) => row)
    .filter((row) => vectors[row].every(Number.isFinite))
    .filter((row) => metric === 'euclidean' || vectors[row].some((value) => value !== 0))
    .sort((a, b) => {
      const k = vectors[a].findIndex((value, i) => value !== vectors[b][i]);
      return k < 0 ? a - b : vectors[a][k] - vectors[b][k];
    });
  const between = (a: number, b: number) => {
    let dot = 0;
    let aa = 0;
    let bb = 0;
    let square = 0;
    for (let k = 0; k < cols; k++) {
      dot += vectors[a][k] * vectors[b][k];
      aa += vectors[a][k] ** 2;
      bb += vectors[b][k] ** 2;
      square += (vectors[a][k] - vectors[b][k]) ** 2;
    }
    return metric === 'cosine' ? 1 - dot / Math.sqrt(aa) / Math.sqrt(bb) : Math.sqrt(square);
  };
  const distance = order.map((a) => order.map((b) => between(a, b)));
  const merges: NaiveMerge[] = [];
  const clusters: number[][] = [];
  for (const place of order.keys()) {
    const equal = clusters.at(-1);
    if (equal && vectors[order[place]].every((value, k) => value === vectors[order[equal[0]]][k])) {
      equal.push(place);
      merges.push({ rows: equal.map((member) => order[member]), height: 0 });
    } else {
      clusters.push([place]);
    }
  }
  const gap = (a: number[], b: number[]) => {
    const all = a.flatMap((p) => b.map((q) => distance[p][q]));
    if (linkage === 'complete') return Math.max(...all);
    if (linkage === 'single') return Math.min(...all);
    return all.reduce((sum, value) => sum + value, 0) / all.length;
  };
  while (clusters.length > 1) {
    let best: [number, number] = [0, 1];
    let bestKey = Infinity;
    let bestGap = 0;
    // clusters stay ordered by their least member, so the first of equals is the right one
    for (let a = 0; a < clusters.length; a++) {
      for (let b = a + 1; b < clusters.length; b++) {
        const found = gap(clusters[a], clusters[b]);
        if (key(found) < bestKey) {
          bestKey = key(found);
          bestGap = found;
          best = [a, b];
        }
      }
    }
    const [a, b] = best;
    clusters[a] = [...clusters[a], ...clusters[b]];
    clusters.splice(b, 1);
    merges.push({ rows: clusters[a].map((place) => order[place]), height: bestGap });
  }
  return merges;
}

/** Labels after all merges nearer than a threshold, 0..k-1 in the order of first appearance. */
export function naiveCut(rows: number, merges: NaiveMerge[], threshold: number): number[] {
  return labelsOf(
    rows,
    merges.filter(({ height }) => key(height) < key(threshold)),
  );
}

/** Labels after the first `rows - clusters` merges. */
export function naiveCount(rows: number, merges: NaiveMerge[], clusters: number): number[] {
  return labelsOf(rows, merges.slice(0, Math.max(0, rows - clusters)));
}

function labelsOf(rows: number, merges: NaiveMerge[]): number[] {
  const group = Array.from({ length: rows }, (_, row) => row);
  for (const merge of merges) {
    for (const row of merge.rows) group[row] = Math.min(...merge.rows);
  }
  const names: number[] = [];
  return group.map((name) => {
    if (!names.includes(name)) names.push(name);
    return names.indexOf(name);
  });
}

/** Small matrices with what makes clustering hard: ties, duplicates, parallel, opposite, zero and broken rows. */
export function hardMatrix(random: () => number): FaceMatrix {
  const rows = Math.floor(random() * 15);
  const cols = 1 + Math.floor(random() * 5);
  const style = random();
  const number = () => {
    if (style < 0.4) return Math.floor(random() * 3) - 1; // many equal distances
    if (style < 0.6) return Math.floor(random() * 7) - 3;
    return random() * 2 - 1;
  };
  const data = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    const dice = random();
    const from = Math.floor(random() * row);
    const factor = dice < 0.12 ? 1 : dice < 0.16 ? 2 : dice < 0.2 ? -1 : 0;
    for (let k = 0; k < cols; k++) {
      data[row * cols + k] = factor !== 0 && row > 0 ? factor * data[from * cols + k] : number();
    }
    if (dice > 0.97) data.fill(0, row * cols, (row + 1) * cols);
    if (dice > 0.92 && dice < 0.97) {
      data[row * cols + Math.floor(random() * cols)] = [Number.NaN, Infinity, -Infinity][
        Math.floor(random() * 3)
      ];
    }
  }
  return { data, rows, cols };
}

/**
 * Average or complete linkage with constraints straight from their definition, cut at a threshold. Rows are compared
 * and ordered as in {@link naiveLinkage}; equal rows are one face unless they take part in a `cannotLink`.
 *
 * @returns labels, 0..k-1 in the order of first appearance
 */
export function naiveConstrained(
  matrix: FaceMatrix,
  linkage: 'average' | 'complete',
  threshold: number,
  { imageIndex, strongThreshold = threshold / 2, mustLink = [], cannotLink = [] }: FaceConstraints,
): number[] {
  const { rows, cols } = matrix;
  const vectors = Array.from({ length: rows }, (_, row) => [
    ...matrix.data.subarray(row * cols, (row + 1) * cols),
  ]);
  const directed = vectors.map(
    (vector) => vector.every(Number.isFinite) && vector.some((value) => value !== 0),
  );
  const between = (a: number, b: number) => {
    const dot = (x: number[], y: number[]) => x.reduce((sum, value, k) => sum + value * y[k], 0);
    const [x, y] = [vectors[a], vectors[b]];
    return 1 - dot(x, y) / Math.sqrt(dot(x, x)) / Math.sqrt(dot(y, y));
  };
  let clusters: number[][] = vectors.map((_, row) => [row]);
  const clusterOf = (row: number) => clusters.find((cluster) => cluster.includes(row))!;
  const join = (a: number[], b: number[]) => {
    if (a !== b) clusters = [...clusters.filter((cluster) => cluster !== a && cluster !== b), [...a, ...b]];
  };
  for (const [a, b] of mustLink) join(clusterOf(a), clusterOf(b));
  const vetoed = new Set(cannotLink.flat().flatMap((row) => clusterOf(row)));
  const order = vectors
    .map((_, row) => row)
    .filter((row) => directed[row])
    .sort((a, b) => {
      const k = vectors[a].findIndex((value, i) => value !== vectors[b][i]);
      return k < 0 ? Number(vetoed.has(a)) - Number(vetoed.has(b)) || a - b : vectors[a][k] - vectors[b][k];
    });
  const place = new Map(order.map((row, at) => [row, at]));
  if (key(threshold) > 0) {
    for (const a of order) {
      for (const b of order) {
        const equal = vectors[a].every((value, k) => value === vectors[b][k]);
        if (equal && !vetoed.has(a) && !vetoed.has(b)) join(clusterOf(a), clusterOf(b));
      }
    }
  }
  const gap = (a: number[], b: number[]) => {
    if (cannotLink.some(([x, y]) => (a.includes(x) && b.includes(y)) || (a.includes(y) && b.includes(x)))) {
      return Infinity;
    }
    const [p, q] = [a, b].map((cluster) => cluster.filter((row) => directed[row]));
    const all = p.flatMap((x) => q.map((y) => ({ x, y, distance: between(x, y) })));
    const conflicts = all.filter(
      ({ x, y, distance }) => imageIndex?.[x] === imageIndex?.[y] && key(distance) >= key(strongThreshold),
    );
    const share = imageIndex ? Math.min(1, conflicts.length / Math.min(p.length, q.length)) : 0;
    const distances = all.map(({ distance }) => distance);
    const far =
      linkage === 'complete'
        ? Math.max(...distances)
        : distances.reduce((sum, value) => sum + value, 0) / distances.length;
    return far + share * Math.max(0, threshold - strongThreshold);
  };
  for (;;) {
    let best: [number[], number[]] | null = null;
    let bestKey = key(threshold);
    const least = (cluster: number[]) => Math.min(...cluster.map((row) => place.get(row) ?? Infinity));
    const comparable = clusters
      .filter((cluster) => cluster.some((row) => directed[row]))
      .sort((a, b) => least(a) - least(b));
    comparable.forEach((a, at) => {
      for (const b of comparable.slice(at + 1)) {
        const found = key(gap(a, b));
        if (found < bestKey) {
          bestKey = found;
          best = [a, b];
        }
      }
    });
    if (!best) break;
    join(best[0], best[1]);
  }
  const names: number[][] = [];
  return vectors.map((_, row) => {
    const cluster = clusterOf(row);
    if (!names.includes(cluster)) names.push(cluster);
    return names.indexOf(cluster);
  });
}
