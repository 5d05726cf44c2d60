import type { ClusterConflicts } from './cluster-conflicts.js';
import { ClusterHeap } from './cluster-heap.js';
import { DisjointSets } from './disjoint-sets.js';
import { distanceKey, KEY_UNIT } from './distance-key.js';
import { dot } from './dot.js';
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
 * Each cluster keeps a list of neighbours with what is known of them: an upper bound of the sum of
 * similarities over the pairs of members that the graph lists; pairs that it does not list are at most
 * 1 − threshold similar. That bounds the distance from below. Clusters wait in a queue by the lower bound of the
 * distance to their nearest neighbour; only the one in front finds out exactly, with a dot product for each
 * neighbour whose bound could still win (the scheme of cached nearest neighbours is Müllner's "generic
 * algorithm", "Modern hierarchical, agglomerative clustering algorithms", 2011). Hence the same merges as
 * by looking at all distances, in memory linear in points and listed pairs. Which bound the backend gave
 * changes how many dot products are made, not a single decision.
 *
 * Merges come in order of distance; among equals the pair with the least point number merges first.
 *
 * @param graph all pairs of points that may be nearer than `threshold`; its lists are overwritten
 * @param threshold clusters merge while their distance is below it
 * @param conflicts what adds to the distance of clusters; is used up
 * @param links points that are merged before all others
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

/**
 * A cluster's list is a chain of segments of the graph's arrays, at first the one of its point: an entry says that
 * the cluster which now holds point `neighbor` has pairs of rows with this one, so many of which the graph lists,
 * with at most such a sum of similarities. Lists only ever get shorter, so they are rewritten where they are.
 */
class AverageLinkage {
  private readonly sets: DisjointSets;
  private readonly heap: ClusterHeap;
  private readonly limit: number;
  private readonly cols: number;
  /** Rows in each cluster. */
  private readonly size: Float64Array;
  /** Sum of a cluster's unit vectors; null for a single point, whose sum is its scaled vector. */
  private readonly sums: (Float64Array | null)[];

  /** Of each entry: pairs of rows that `graph.upper` is the sum for. Rounded, so bounds leave room for that. */
  private readonly pairs: Float32Array;
  /** First and last segment of each cluster's list; segments are numbered like the points they came from. */
  private readonly firstSegment: Int32Array;
  private readonly lastSegment: Int32Array;
  /** The segment after each one, -1 after the last. */
  private readonly nextSegment: Int32Array;
  /** Entries in use at the beginning of each segment. */
  private readonly used: Int32Array;

  /** Nearest neighbour, or -1 where the list must be scanned; exactly known while that cluster's version is the one
   * noted. */
  private readonly nearest: Int32Array;
  private readonly nearestVersion: Int32Array;
  /** Lower bound of the key of the distance to any cluster but the nearest. */
  private readonly second: Float64Array;
  private readonly version: Int32Array;
  /** 1 for a cluster that merges no more. */
  private readonly finished: Uint8Array;

  // what the scan of one cluster's list gathers for each neighbouring cluster
  /** Upper bound of the sum of similarities to each cluster, and the pairs of rows that it is for, in turn. */
  private readonly known: Float64Array;
  private readonly seenBy: Int32Array;
  private readonly found: Int32Array;
  /** Lower bound of the distance to each one of `found`. */
  private readonly bound: Float64Array;
  private scans = 0;

  constructor(
    private readonly points: Points,
    private readonly graph: PairGraph,
    private readonly threshold: number,
    private readonly conflicts: ClusterConflicts | null,
  ) {
    const count = points.vectors.rows;
    this.cols = points.vectors.cols;
    this.limit = distanceKey(threshold);
    this.sets = new DisjointSets(count);
    this.heap = new ClusterHeap(count);
    this.size = points.weight.slice();
    this.sums = new Array(count).fill(null);
    this.pairs = new Float32Array(graph.neighbor.length);
    this.firstSegment = Int32Array.from({ length: count }, (_, p) => p);
    this.lastSegment = this.firstSegment.slice();
    this.nextSegment = new Int32Array(count).fill(-1);
    this.used = Int32Array.from({ length: count }, (_, p) => graph.start[p + 1] - graph.start[p]);
    this.nearest = new Int32Array(count).fill(-1);
    this.nearestVersion = new Int32Array(count).fill(-2);
    this.second = new Float64Array(count);
    this.version = new Int32Array(count);
    this.finished = new Uint8Array(count);
    this.known = new Float64Array(2 * count);
    this.seenBy = new Int32Array(count);
    this.found = new Int32Array(count);
    this.bound = new Float64Array(count);
  }

  run(links: readonly (readonly [number, number])[]): Int32Array {
    const { heap, nearest } = this;
    this.queuePoints();
    for (const [p, q] of links) {
      const [a, b] = [this.sets.find(p), this.sets.find(q)];
      if (a !== b) this.join(a, b, Math.min(heap.keyOf(a), heap.keyOf(b)));
    }
    for (let cluster = heap.top; cluster >= 0 && heap.keyOf(cluster) < this.limit; cluster = heap.top) {
      const other = nearest[cluster];
      if (other < 0) this.findNearest(cluster);
      else if (this.version[other] === this.nearestVersion[cluster]) this.merge(cluster, other);
      else this.followNearest(cluster);
    }
    return this.sets.names();
  }

  private queuePoints(): void {
    const { start, neighbor, upper } = this.graph;
    const { weight } = this.points;
    for (let p = 0; p < weight.length; p++) {
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
        const pairs = weight[p] * weight[neighbor[e]];
        this.pairs[e] = pairs;
        upper[e] = roomForRounding(upper[e] * pairs);
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

  /** Makes one cluster of two, which has no neighbour at a lesser distance than that of `key`. */
  private join(a: number, b: number, key: number): void {
    const { heap } = this;
    const root = this.sets.union(a, b);
    const gone = root === a ? b : a;
    const sum = this.sumVector(root);
    this.addTo(sum, gone);
    this.sums[root] = sum;
    this.sums[gone] = null;
    this.conflicts?.union(root, gone);
    this.size[root] += this.size[gone];
    this.nextSegment[this.lastSegment[root]] = this.firstSegment[gone];
    this.lastSegment[root] = this.lastSegment[gone];
    this.version[root]++;
    this.version[gone] = -1;
    this.nearest[root] = -1;
    heap.remove(gone);
    heap.set(root, key);
  }

  /**
   * The nearest neighbour has merged: if the cluster that it is in now is nearer than all others can be, it is the
   * nearest, and the list need not be scanned.
   */
  private followNearest(cluster: number): void {
    const other = this.sets.find(this.nearest[cluster]);
    const key =
      other === cluster || this.finished[other] ? Infinity : distanceKey(this.exactDistance(cluster, other));
    if (key < this.second[cluster]) {
      this.nearest[cluster] = other;
      this.nearestVersion[cluster] = this.version[other];
    } else {
      this.nearest[cluster] = -1;
    }
    this.heap.set(cluster, Math.max(this.heap.keyOf(cluster), Math.min(key, this.second[cluster])));
  }

  /** Finds the exact nearest neighbour of a cluster; takes it out of the queue where none is below the threshold. */
  private findNearest(cluster: number): void {
    const { found, bound } = this;
    const count = this.gather(cluster);
    let first = 0;
    for (let f = 1; f < count; f++) if (bound[f] < bound[first]) first = f;
    let best = -1;
    let bestKey = this.limit;
    // bounds above this cannot win, rounding included
    let bestBound = this.threshold + KEY_UNIT;
    let second = Infinity;
    // the likeliest one first: after it, hardly any bound is low enough to need a look
    for (let f = -1; f < count; f++) {
      const at = f < 0 ? first : f;
      if (f === first || count === 0) continue;
      let distance = bound[at];
      if (distance <= bestBound) {
        const other = found[at];
        distance = this.exactDistance(cluster, other);
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
      this.finished[cluster] = 1;
      this.sums[cluster] = null;
      return;
    }
    this.second[cluster] = Math.min(this.limit, distanceKey(second));
    this.keep(cluster, count);
    this.nearest[cluster] = best;
    this.nearestVersion[cluster] = this.version[best];
    this.heap.set(cluster, bestKey);
  }

  /** Sums a cluster's list up by the clusters that its entries now belong to; returns how many they are. */
  private gather(cluster: number): number {
    const { known, seenBy, found, bound, size, pairs, finished } = this;
    const { parent } = this.sets;
    const { start, neighbor, upper } = this.graph;
    const scan = ++this.scans;
    let count = 0;
    for (let segment = this.firstSegment[cluster]; segment >= 0; segment = this.nextSegment[segment]) {
      const from = start[segment];
      const end = from + this.used[segment];
      for (let e = from; e < end; e++) {
        let other = parent[neighbor[e]];
        if (parent[other] !== other) other = this.sets.find(other);
        if (seenBy[other] === scan) {
          known[2 * other] += upper[e];
          known[2 * other + 1] += pairs[e];
        } else if (other !== cluster && finished[other] === 0) {
          seenBy[other] = scan;
          found[count++] = other;
          known[2 * other] = upper[e];
          known[2 * other + 1] = pairs[e];
        }
      }
    }
    const unlisted = 1 - this.threshold;
    const own = size[cluster];
    for (let f = 0; f < count; f++) {
      const other = found[f];
      const all = own * size[other];
      bound[f] = 1 - (known[2 * other] + (all - known[2 * other + 1]) * unlisted) / all;
    }
    if (this.conflicts?.has(cluster)) {
      for (let f = 0; f < count; f++) bound[f] += this.conflicts.penalty(cluster, found[f]);
    }
    return count;
  }

  /** Replaces a cluster's list by what has been gathered. */
  private keep(cluster: number, count: number): void {
    const { known, found, nextSegment, used, pairs } = this;
    const { start, neighbor, upper } = this.graph;
    let segment = this.firstSegment[cluster];
    let at = start[segment];
    for (let f = 0; f < count; f++, at++) {
      while (at === start[segment + 1]) {
        used[segment] = at - start[segment];
        segment = nextSegment[segment];
        at = start[segment];
      }
      const other = found[f];
      neighbor[at] = other;
      upper[at] = roomForRounding(known[2 * other]);
      pairs[at] = known[2 * other + 1];
    }
    used[segment] = at - start[segment];
    nextSegment[segment] = -1;
    this.lastSegment[cluster] = segment;
  }

  /** Exact distance of two clusters, conflicts included; notes the sum of similarities for the list of `a`. */
  private exactDistance(a: number, b: number): number {
    const all = this.size[a] * this.size[b];
    const sum = this.exactSum(a, b);
    this.known[2 * b] = sum;
    this.known[2 * b + 1] = all;
    const distance = 1 - sum / all;
    return this.conflicts ? distance + this.conflicts.penalty(a, b) : distance;
  }

  private exactSum(a: number, b: number): number {
    const { cols, points, sums } = this;
    const { data } = points.vectors;
    const [sumA, sumB] = [sums[a], sums[b]];
    if (sumA && sumB) return dot(sumA, 0, sumB, 0, cols);
    if (sumA) return dot(sumA, 0, data, b * cols, cols) * this.scale(b);
    if (sumB) return dot(sumB, 0, data, a * cols, cols) * this.scale(a);
    return dot(data, a * cols, data, b * cols, cols) * (this.scale(a) * this.scale(b));
  }

  /** What a single point's vector is to be multiplied with to be its cluster's sum. */
  private scale(point: number): number {
    return this.points.scale[point] * this.points.weight[point];
  }

  private sumVector(cluster: number): Float64Array {
    const sum = this.sums[cluster];
    if (sum) return sum;
    const vector = new Float64Array(this.cols);
    this.addTo(vector, cluster);
    return vector;
  }

  private addTo(vector: Float64Array, cluster: number): void {
    const sum = this.sums[cluster];
    if (sum) {
      for (let k = 0; k < this.cols; k++) vector[k] += sum[k];
      return;
    }
    const { data } = this.points.vectors;
    const scale = this.scale(cluster);
    const from = cluster * this.cols;
    for (let k = 0; k < this.cols; k++) vector[k] += data[from + k] * scale;
  }
}

/** Enough more than a sum for it to remain an upper bound as a float32, with float32 numbers of pairs beside it. */
function roomForRounding(sum: number): number {
  return sum + Math.abs(sum) * 3e-7 + 1e-30;
}
