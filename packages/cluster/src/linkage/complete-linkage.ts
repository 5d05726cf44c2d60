import { DisjointSets } from '../vectors/disjoint-sets.js';
import type { ClusterConflicts } from './cluster-conflicts.js';
import { ClusterHeap } from './cluster-heap.js';
import { distanceKey, KEY_UNIT } from './distance-key.js';
import { exactPairKeys, type PairGraph } from './pair-graph.js';
import type { Points } from './points.js';

/**
 * Complete linkage of unit vectors under cosine distance, cut at a threshold, on the graph of pairs below it: two
 * clusters can only merge while every pair of their members is in the graph. The distance of two clusters is
 * that of their farthest members. Merges come in order of distance; among equals the pair with the least
 * point number merges first.
 *
 * @param graph all pairs of points that may be nearer than `threshold`
 * @param threshold clusters merge while their distance is below it
 * @param conflicts what adds to the distance of clusters; is used up
 * @param links points that are merged before all others
 * @returns for each point, the least point of its cluster
 */
export function completeLinkage(
  /* jscpd:ignore-start: the signature of `averageLinkage`, its alternative */
  points: Points,
  graph: PairGraph,
  threshold: number,
  conflicts?: ClusterConflicts,
  links: readonly (readonly [number, number])[] = [],
  /* jscpd:ignore-end */
): Int32Array {
  const count = points.unit.rows;
  const limit = distanceKey(threshold);
  const keys = exactPairKeys(points, graph);
  const sets = new DisjointSets(count);
  const heap = new ClusterHeap(count);
  /** For each cluster, the distance to each neighbor all of whose members are below the threshold. */
  const lists: (Map<number, number> | null)[] = [];
  const nearest = new Int32Array(count).fill(-1);

  for (let p = 0; p < count; p++) {
    const list = new Map<number, number>();
    for (let e = graph.start[p]; e < graph.start[p + 1]; e++) {
      if (keys[e] < limit) list.set(graph.neighbor[e], keys[e]);
    }
    lists.push(list);
  }
  for (const [p, q] of links) {
    const [a, b] = [sets.find(p), sets.find(q)];
    if (a !== b) join(a, b);
  }
  for (let p = 0; p < count; p++) if (lists[p]) findNearest(p);
  for (let a = heap.top; a >= 0; a = heap.top) join(a, nearest[a]);
  return sets.names();

  function join(a: number, b: number): void {
    const root = sets.union(a, b);
    const gone = root === a ? b : a;
    const [kept, dropped] = [lists[root]!, lists[gone]!];
    const joined = new Map<number, number>();
    for (const [other, key] of kept) {
      const key2 = dropped.get(other);
      if (key2 !== undefined) joined.set(other, Math.max(key, key2));
    }
    for (const list of [kept, dropped]) {
      for (const other of list.keys()) {
        if (other === root || other === gone) continue;
        const back = lists[other]!;
        back.delete(gone);
        const key = joined.get(other);
        if (key === undefined) back.delete(root);
        else back.set(root, key);
      }
    }
    lists[root] = joined;
    lists[gone] = null;
    conflicts?.union(root, gone);
    heap.remove(gone);
    findNearest(root);
    for (const list of [kept, dropped]) {
      for (const other of list.keys()) {
        if (other === root || other === gone) continue;
        if (nearest[other] === root || nearest[other] === gone) findNearest(other);
      }
    }
  }

  function findNearest(cluster: number): void {
    let best = -1;
    let bestKey = Infinity;
    for (const [other, ownKey] of lists[cluster]!) {
      const penalty = conflicts?.penalty(cluster, other) ?? 0;
      const key = penalty === 0 ? ownKey : distanceKey(ownKey * KEY_UNIT + penalty);
      if (key >= limit) continue;
      if (key < bestKey || (key === bestKey && other < best)) {
        best = other;
        bestKey = key;
      }
    }
    nearest[cluster] = best;
    if (best < 0) heap.remove(cluster);
    else heap.set(cluster, bestKey);
  }
}
