import hdbscanTs from 'hdbscan-ts';
import { InvalidArgumentError } from '../invalid-argument.js';
import { canonicalPoints } from '../linkage/points.js';
import { relabel } from '../vectors/labels.js';
import type { FaceMatrix } from '../vectors/matrix.js';

export interface HdbscanOptions {
  /** Least number of different faces in a cluster; a whole number of 2 or more. Default 5. */
  minClusterSize?: number;
  /** How many neighbors make a place dense: larger leaves more faces as noise. Default `minClusterSize`. */
  minSamples?: number;
}

/** The most distinct rows: time grows with about the fourth power, 3 s for 500 and 50 s for 1,000 faces. */
export const MAX_HDBSCAN_ROWS = 1000;

/**
 * Density-based clustering that finds its own thresholds and leaves the rest as noise (Campello, Moulavi and Sander,
 * "Density-based clustering based on hierarchical density estimates", 2013), by the library `hdbscan-ts`. For small
 * sets: see {@link MAX_HDBSCAN_ROWS}; `agglomerative` has no such limit.
 *
 * The library measures squared Euclidean distance, which between unit vectors is twice the cosine distance: rows are
 * normalized first, so this is HDBSCAN under cosine distance. What it does not withstand is kept from it:
 * rows without a direction (all zeros, or not finite) are noise; equal rows, which it would call noise,
 * count as one and share its label, so copies do not make a cluster; fewer distinct rows than `minClusterSize`
 * are noise. Nor does the order of rows matter.
 *
 * @returns a label for each row, 0..k-1 in the order of first appearance, -1 for noise
 * @throws {InvalidArgumentError} for more than {@link MAX_HDBSCAN_ROWS} distinct rows, options that are not whole numbers in
 *   range, or a matrix whose data does not fit its shape
 */
export function hdbscan(matrix: FaceMatrix, options: HdbscanOptions = {}): Int32Array {
  const { minClusterSize = 5, minSamples = minClusterSize } = options;
  checkWhole('minClusterSize', minClusterSize, 2);
  checkWhole('minSamples', minSamples, 1);
  const { unit, pointOfRow } = canonicalPoints(matrix);
  const { rows } = unit;
  if (rows > MAX_HDBSCAN_ROWS) {
    throw new InvalidArgumentError(
      `HDBSCAN takes at most ${MAX_HDBSCAN_ROWS} different faces, got ${rows}: use average linkage (agglomerative)`,
    );
  }
  if (rows < Math.max(2, minClusterSize)) return new Int32Array(matrix.rows).fill(-1);
  const vectors = Array.from({ length: rows }, (_, p) =>
    Array.from(
      unit.source.subarray(unit.offset(p), unit.offset(p) + unit.cols),
      (value) => value * unit.scale[p],
    ),
  );
  const model = new hdbscanTs.HDBSCAN({ minClusterSize, minSamples });
  withoutLogTexts(model);
  const found = model.fit(vectors);
  const labels = Int32Array.from(pointOfRow, (point) => (point < 0 ? -1 : found[point]));
  const names = relabel(labels.filter((label) => label >= 0));
  let next = 0;
  return labels.map((label) => (label < 0 ? -1 : names[next++]));
}

function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new InvalidArgumentError(`${name} must be a whole number of ${least} or more, got ${value}`);
  }
}

type Edge = [number, number, number];
interface Cluster {
  leaveEdgeWeight: number;
  birthDistance: number;
}

/**
 * Replaces two private steps of the model by ones with the same result. The library's own compose texts for a log
 * that is off, with all members of a cluster for each one of them, which takes most of its time.
 */
function withoutLogTexts(model: object): void {
  let edges: Edge[] | null = null;
  const edgesAt = new Map<number, Edge[]>();
  Object.assign(model, {
    calculateClusterStability: ({ leaveEdgeWeight, birthDistance }: Cluster, members: Set<number>) =>
      (1 / leaveEdgeWeight - 1 / birthDistance) * members.size,
    getMinReachability: (point: number, members: Set<number>, tree: Edge[]) => {
      if (edges !== tree) {
        edges = tree;
        edgesAt.clear();
        for (const edge of tree) {
          for (const end of [edge[0], edge[1]]) edgesAt.set(end, [...(edgesAt.get(end) ?? []), edge]);
        }
      }
      let least = Infinity;
      for (const [a, b, weight] of edgesAt.get(point) ?? []) {
        if (members.has(a) && members.has(b) && weight < least) least = weight;
      }
      return least;
    },
  });
}
