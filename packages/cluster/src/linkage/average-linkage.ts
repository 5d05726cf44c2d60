import { DisjointSets } from '../vectors/disjoint-sets.js';
import type { ClusterConflicts } from './cluster-conflicts.js';
import { ClusterHeap } from './cluster-heap.js';
import { ClusterSums } from './cluster-sums.js';
import { distanceKey, KEY_UNIT } from './distance-key.js';
import { NeighborLists } from './neighbor-lists.js';
import type { PairGraph } from './pair-graph.js';
import type { Points } from './points.js';

/**
 * Average linkage of unit vectors under cosine distance, cut at a threshold, without a distance matrix.
 *
 * With S the sum of a cluster's unit vectors, the mean distance between the members of A and of B is
 * 1 − S_A·S_B / (|A| |B|). Average linkage is reducible (a cluster that absorbs another comes no nearer to a
 * third than the nearer of the two was), so two clusters can only merge below the threshold when some pair of their
 * members is below it, and only pairs of the graph need a look.
 *
 * Each cluster keeps a list of neighbors with what is known of them: an upper bound of the excess, which is by how
 * much the similarities of the pairs of members that the graph lists exceed 1 − threshold, in all. Pairs that it does
 * not list do not exceed it, so the distance is at least threshold − excess / (|A| |B|). Clusters wait in a queue by the
 * lower bound of the distance to their nearest neighbor; only the one in front finds out exactly, with a dot product for
 * each neighbor whose bound could still win (the scheme of cached nearest neighbors is Müllner's "generic algorithm",
 * "Modern hierarchical, agglomerative clustering algorithms", 2011). Hence the same merges as by looking at all distances,
 * in memory linear in points and listed pairs. Which bound the backend gave changes how many dot products are made, not a
 * single decision.
 *
 * Connected parts of the graph have nothing to do with one another and are merged one after the other. In each of them
 * merges come in order of distance; among equals the pair with the least point number merges first.
 *
 * @param graph all pairs of points that may be nearer than `threshold`; its lists are overwritten
 * @param threshold clusters merge while their distance is below it
 * @param conflicts what adds to the distance of clusters; is used up
 * @param links points that are merged before all others; the graph is one part where there are any
 * @returns for each point, the least point of its cluster
 */
export function averageLinkage(
  points: Points,
  graph: PairGraph,
  threshold: number,
  conflicts?: ClusterConflicts,
  links: readonly (readonly [number, number])[] = [],
): Int32Array {
  return new AverageLinkage(points, graph, threshold, conflicts ?? null).run(links);
}

/** The clusters while they merge: the queue, and what is known of the nearest neighbor of each. */
class AverageLinkage {
  private readonly sets: DisjointSets;
  private readonly heap: ClusterHeap;
  private readonly limit: number;
  /** Rows in each cluster. */
  private readonly size: Float64Array;
  /** 1 / size: a product takes less time than a division. */
  private readonly inverse: Float64Array;
  private readonly sums: ClusterSums;

  private readonly lists: NeighborLists;

  /** Nearest neighbor, or -1 where the list must be scanned; exactly known while that cluster's version is the one
   * noted. */
  private readonly nearest: Int32Array;
  private readonly nearestVersion: Int32Array;
  /** Lower bound of the key of the distance to any cluster but the nearest. */
  private readonly second: Float64Array;
  private readonly version: Int32Array;

  /** Lower bound of the distance to each cluster that the scan of one cluster's list has found. */
  private readonly bounds: Float64Array;

  constructor(
    private readonly points: Points,
    private readonly graph: PairGraph,
    private readonly threshold: number,
    private readonly conflicts: ClusterConflicts | null,
  ) {
    const count = points.unit.rows;
    this.limit = distanceKey(threshold);
    this.sets = new DisjointSets(count);
    this.heap = new ClusterHeap(count);
    this.size = points.weight.slice();
    this.inverse = this.size.map((size) => 1 / size);
    this.sums = new ClusterSums(points);
    this.lists = new NeighborLists(graph, this.sets);
    this.nearest = new Int32Array(count).fill(-1);
    this.nearestVersion = new Int32Array(count).fill(-2);
    this.second = new Float64Array(count);
    this.version = new Int32Array(count);
    this.bounds = new Float64Array(count);
  }

  run(links: readonly (readonly [number, number])[]): Int32Array {
    // one part after the other keeps to a small part of the memory
    const { parts } = this.graph;
    for (let part = 1; part < parts.length; part++) {
      this.queuePoints(parts[part - 1], parts[part]);
      this.link(links);
      this.mergeQueue();
      // what is left merges no more: room for the next part, which is still in the cache
      this.heap.clear();
      for (let p = parts[part - 1]; p < parts[part]; p++) this.sums.drop(p);
    }
    return this.sets.names();
  }

  /** Merges what is in the queue, as far as the threshold. */
  private mergeQueue(): void {
    const { heap, nearest } = this;
    for (let cluster = heap.top; cluster >= 0 && heap.keyOf(cluster) < this.limit; cluster = heap.top) {
      const other = nearest[cluster];
      if (other < 0) this.findNearest(cluster);
      else if (this.version[other] === this.nearestVersion[cluster]) this.merge(cluster, other);
      else this.followNearest(cluster);
    }
  }

  private link(links: readonly (readonly [number, number])[]): void {
    const { heap } = this;
    for (const [p, q] of links) {
      const [a, b] = [this.sets.find(p), this.sets.find(q)];
      if (a !== b) this.join(a, b, Math.min(heap.keyOf(a), heap.keyOf(b)));
    }
  }

  /** Puts points `from` to `end - 1` into the queue. */
  private queuePoints(from: number, end: number): void {
    const { start, neighbor, upper } = this.graph;
    const { lists } = this;
    const { weight } = this.points;
    const unlisted = 1 - this.threshold;
    for (let p = from; p < end; p++) {
      let best = -Infinity;
      let next = -Infinity;
      for (let e = start[p]; e < start[p + 1]; e++) {
        if (upper[e] > best) {
          next = best;
          best = upper[e];
          this.nearest[p] = neighbor[e];
        } else if (upper[e] > next) {
          next = upper[e];
        }
        lists.setExcess(e, (upper[e] - unlisted) * weight[p] * weight[neighbor[e]]);
      }
      this.second[p] = Math.min(this.limit, distanceKey(1 - next));
      if (best > -Infinity) this.heap.set(p, distanceKey(1 - best));
    }
  }

  private merge(a: number, b: number): void {
    const { heap, second } = this;
    // by reducibility, nothing is nearer to the union than it was to either part
    const knowsA = this.nearest[b] >= 0 && this.sets.find(this.nearest[b]) === a;
    const nextOfB = knowsA ? second[b] : heap.keyOf(b);
    this.join(a, b, Math.max(heap.keyOf(a), Math.min(second[a], nextOfB)));
  }

  /** Makes one cluster of two, which has no neighbor at a lesser distance than that of `key`. */
  private join(a: number, b: number, key: number): void {
    const { heap } = this;
    const root = this.sets.union(a, b);
    const gone = root === a ? b : a;
    this.sums.join(root, gone);
    this.conflicts?.union(root, gone);
    this.size[root] += this.size[gone];
    this.inverse[root] = 1 / this.size[root];
    this.lists.join(root, gone);
    this.version[root]++;
    this.version[gone] = -1;
    this.nearest[root] = -1;
    heap.remove(gone);
    heap.set(root, key);
  }

  /**
   * The nearest neighbor has merged: if the cluster that it is in now is nearer than all others can be, it is the
   * nearest, and the list need not be scanned.
   */
  private followNearest(cluster: number): void {
    const other = this.sets.find(this.nearest[cluster]);
    const key =
      other === cluster || this.lists.isDone(other)
        ? Infinity
        : distanceKey(this.distance(cluster, other, this.sums.betweenPairs(cluster, other)));
    if (key < this.second[cluster]) {
      this.nearest[cluster] = other;
      this.nearestVersion[cluster] = this.version[other];
    } else {
      this.nearest[cluster] = -1;
    }
    this.heap.set(cluster, Math.max(this.heap.keyOf(cluster), Math.min(key, this.second[cluster])));
  }

  /** Finds the exact nearest neighbor of a cluster; takes it out of the queue where none is below the threshold. */
  private findNearest(cluster: number): void {
    const { lists, bounds, size, inverse, threshold, conflicts } = this;
    const { found, excess } = lists;
    const count = lists.gather(cluster);
    const penalized = conflicts?.has(cluster) ?? false;
    let first = -1;
    let least = Infinity;
    let next = Infinity;
    for (let f = 0; f < count; f++) {
      let bound = threshold - excess[f] * (inverse[cluster] * inverse[found[f]]);
      if (penalized) bound += conflicts?.penalty(cluster, found[f]) ?? 0;
      bounds[f] = bound;
      if (bound < least) {
        next = least;
        least = bound;
        first = f;
      } else if (bound < next) {
        next = bound;
      }
    }
    let best = -1;
    let bestKey = this.limit;
    // bounds above this cannot win, rounding included
    let bestBound = threshold + KEY_UNIT;
    let second = Infinity;
    // the likeliest one first: after it, hardly any bound is low enough to need a look
    for (let f = first < 0 ? count : -1; f < count; f++) {
      if (f === 0 && next > bestBound) {
        second = Math.min(second, next);
        break;
      }
      const at = f < 0 ? first : f;
      if (f === first) continue;
      let distance = bounds[at];
      if (distance <= bestBound) {
        const other = found[at];
        const sum = this.sums.betweenPairs(cluster, other);
        excess[at] = sum - size[cluster] * size[other] * (1 - threshold);
        distance = this.distance(cluster, other, sum);
        const key = distanceKey(distance);
        if (key < bestKey || (key === bestKey && best >= 0 && other < best)) {
          if (best >= 0) distance = bestBound - KEY_UNIT;
          else distance = Infinity;
          best = other;
          bestKey = key;
          bestBound = key * KEY_UNIT + KEY_UNIT;
        }
      }
      if (distance < second) second = distance;
    }
    if (best < 0) {
      // none will come: by reducibility, no union of others is nearer than the nearest of them
      this.heap.remove(cluster);
      lists.setDone(cluster);
      this.sums.drop(cluster);
      return;
    }
    this.second[cluster] = Math.min(this.limit, distanceKey(second));
    lists.keep(cluster, count);
    this.nearest[cluster] = best;
    this.nearestVersion[cluster] = this.version[best];
    this.heap.set(cluster, bestKey);
  }

  /** Distance of two clusters with such a sum of similarities, conflicts included. */
  private distance(a: number, b: number, sum: number): number {
    const distance = 1 - sum / (this.size[a] * this.size[b]);
    return this.conflicts ? distance + this.conflicts.penalty(a, b) : distance;
  }
}
