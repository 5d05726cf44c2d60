import { DisjointSets } from '../vectors/disjoint-sets.js';
import { distanceKey } from './distance-key.js';
import { exactPairKeys, type PairGraph } from './pair-graph.js';
import type { Points } from './points.js';

/**
 * Single linkage of unit vectors under cosine distance, cut at a threshold: the connected parts of the graph of
 * pairs that are nearer.
 *
 * @param graph all pairs of points that may be nearer than `threshold`
 * @returns for each point, the least point of its cluster
 */
export function singleLinkage(points: Points, graph: PairGraph, threshold: number): Int32Array {
  const limit = distanceKey(threshold);
  const keys = exactPairKeys(points, graph);
  const sets = new DisjointSets(points.unit.rows);
  for (let p = 0; p < points.unit.rows; p++) {
    for (let e = graph.start[p]; e < graph.start[p + 1]; e++) {
      if (keys[e] < limit) sets.union(p, graph.neighbor[e]);
    }
  }
  return sets.names();
}
