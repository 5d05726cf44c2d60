import { ClusterHeap } from './cluster-heap.js';
import { DisjointSets } from './disjoint-sets.js';
import { distanceKey } from './distance-key.js';
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
 * by looking at all distances, in memory linear in points and listed pairs.
 *
 * Merges come in order of distance; among equals the pair with the least point number merges first.
 *
 * @param graph all pairs of points that may be nearer than `threshold`
 * @param threshold clusters merge while their distance is below it
 * @returns for each point, the least point of its cluster
 */
export function averageLinkage(points: Points, graph: PairGraph, threshold: number): Int32Array {
  return new AverageLinkage(points, graph, threshold).run();
}

/** What a cluster knows of its neighbours; entry k is about the cluster that now holds point `id[k]`. */
interface Neighbors {
  id: Int32Array;
  /** Upper bound of the sum of similarities over `pairs[k]` of the pairs of rows between the two clusters. */
  sum: Float64Array;
  pairs: Float64Array;
  /** 1 where `sum` is exact, and covers all pairs. */
  exact: Uint8Array;
}

class AverageLinkage {
  private readonly sets: DisjointSets;
  private readonly heap: ClusterHeap;
  private readonly limit: number;
  private readonly cols: number;
  /** Rows in each cluster. */
  private readonly size: Float64Array;
  /** Sum of a cluster's unit vectors; null for a single point, whose sum is its scaled vector. */
  private readonly sums: (Float64Array | null)[];
  private readonly lists: (Neighbors | null)[];
  /** Exactly known nearest neighbour, or -1; valid while that cluster's version is unchanged. */
  private readonly nearest: Int32Array;
  private readonly nearestVersion: Int32Array;
  private readonly version: Int32Array;
  /** 1 for a cluster that merges no more. */
  private readonly finished: Uint8Array;

  // what the scan of one cluster's list gathers for each neighbouring cluster
  private readonly sumOf: Float64Array;
  private readonly pairsOf: Float64Array;
  private readonly exactOf: Uint8Array;
  private readonly seenBy: Int32Array;
  private readonly found: Int32Array;
  private scans = 0;

  constructor(
    private readonly points: Points,
    private readonly graph: PairGraph,
    private readonly threshold: number,
  ) {
    const count = points.vectors.rows;
    this.cols = points.vectors.cols;
    this.limit = distanceKey(threshold);
    this.sets = new DisjointSets(count);
    this.heap = new ClusterHeap(count);
    this.size = points.weight.slice();
    this.sums = new Array(count).fill(null);
    this.lists = new Array(count).fill(null);
    this.nearest = new Int32Array(count).fill(-1);
    this.nearestVersion = new Int32Array(count);
    this.version = new Int32Array(count);
    this.finished = new Uint8Array(count);
    this.sumOf = new Float64Array(count);
    this.pairsOf = new Float64Array(count);
    this.exactOf = new Uint8Array(count);
    this.seenBy = new Int32Array(count);
    this.found = new Int32Array(count);
  }

  run(): Int32Array {
    const { heap, nearest } = this;
    this.queuePoints();
    for (let cluster = heap.top; cluster >= 0 && heap.keyOf(cluster) < this.limit; cluster = heap.top) {
      const other = nearest[cluster];
      const known = other >= 0 && this.version[other] === this.nearestVersion[cluster];
      if (known) this.merge(cluster, other);
      else this.findNearest(cluster);
    }
    return this.sets.names();
  }

  private queuePoints(): void {
    const { start, upper } = this.graph;
    for (let p = 0; p < this.size.length; p++) {
      let best = -Infinity;
      for (let e = start[p]; e < start[p + 1]; e++) if (upper[e] > best) best = upper[e];
      if (best > -Infinity) this.heap.set(p, distanceKey(1 - best));
    }
  }

  private merge(a: number, b: number): void {
    const key = this.heap.keyOf(a);
    const root = this.sets.union(a, b);
    const gone = root === a ? b : a;
    const sum = this.sumVector(root);
    this.addTo(sum, gone);
    this.sums[root] = sum;
    this.sums[gone] = null;
    this.size[root] += this.size[gone];
    this.lists[root] = joinNeighbors(this.neighbors(root), this.neighbors(gone));
    this.lists[gone] = null;
    this.version[root]++;
    this.version[gone] = -1;
    this.nearest[root] = -1;
    this.heap.remove(gone);
    // by reducibility, nothing is nearer to the union than the two were to each other
    this.heap.set(root, key);
  }

  /** Finds the exact nearest neighbour of a cluster; takes it out of the queue where none is below the threshold. */
  private findNearest(cluster: number): void {
    const { sumOf, pairsOf, exactOf, found, size } = this;
    const count = this.gather(cluster);
    const unlisted = 1 - this.threshold;
    let first = -1;
    let firstKey = Infinity;
    for (let f = 0; f < count; f++) {
      const other = found[f];
      const all = size[cluster] * size[other];
      const most = exactOf[other] ? sumOf[other] : sumOf[other] + (all - pairsOf[other]) * unlisted;
      const key = distanceKey(1 - most / all);
      if (key < firstKey || (key === firstKey && other < found[first])) {
        first = f;
        firstKey = key;
      }
    }
    let best = -1;
    let bestKey = this.limit;
    if (firstKey < bestKey) {
      bestKey = Math.min(bestKey, this.exactKey(cluster, found[first]));
      if (bestKey < this.limit) best = found[first];
      for (let f = 0; f < count; f++) {
        const other = found[f];
        if (f === first) continue;
        const all = size[cluster] * size[other];
        const most = exactOf[other] ? sumOf[other] : sumOf[other] + (all - pairsOf[other]) * unlisted;
        if (distanceKey(1 - most / all) > bestKey) continue;
        const key = this.exactKey(cluster, other);
        if (key < bestKey || (key === bestKey && best >= 0 && other < best)) {
          best = other;
          bestKey = key;
        }
      }
    }
    if (best < 0) {
      // none will come: by reducibility, no union of others is nearer than the nearest of them
      this.heap.remove(cluster);
      this.finished[cluster] = 1;
      this.lists[cluster] = null;
      this.sums[cluster] = null;
      return;
    }
    this.keep(cluster, count);
    this.nearest[cluster] = best;
    this.nearestVersion[cluster] = this.version[best];
    this.heap.set(cluster, bestKey);
  }

  /** Sums a cluster's list up by the clusters that its entries now belong to; returns how many they are. */
  private gather(cluster: number): number {
    const { sumOf, pairsOf, exactOf, seenBy, found } = this;
    const list = this.neighbors(cluster);
    const scan = ++this.scans;
    let count = 0;
    for (let e = 0; e < list.id.length; e++) {
      const other = this.sets.find(list.id[e]);
      if (other === cluster || this.finished[other]) continue;
      if (seenBy[other] !== scan) {
        seenBy[other] = scan;
        found[count++] = other;
        sumOf[other] = list.sum[e];
        pairsOf[other] = list.pairs[e];
        exactOf[other] = list.exact[e] && list.pairs[e] === this.size[cluster] * this.size[other] ? 1 : 0;
      } else {
        sumOf[other] += list.sum[e];
        pairsOf[other] += list.pairs[e];
        exactOf[other] = 0;
      }
    }
    return count;
  }

  /** Replaces a cluster's list by what has been gathered. */
  private keep(cluster: number, count: number): void {
    const { sumOf, pairsOf, exactOf, found } = this;
    const list = newNeighbors(count);
    for (let f = 0; f < count; f++) {
      const other = found[f];
      list.id[f] = other;
      list.sum[f] = sumOf[other];
      list.pairs[f] = pairsOf[other];
      list.exact[f] = exactOf[other];
    }
    this.lists[cluster] = list;
  }

  /** Key of the exact distance between two clusters; notes the sum of similarities for the list. */
  private exactKey(a: number, b: number): number {
    const all = this.size[a] * this.size[b];
    if (!this.exactOf[b]) {
      this.sumOf[b] = this.exactSum(a, b);
      this.pairsOf[b] = all;
      this.exactOf[b] = 1;
    }
    return distanceKey(1 - this.sumOf[b] / all);
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

  /** A cluster's list; that of a single point comes from the graph at first use. */
  private neighbors(cluster: number): Neighbors {
    const list = this.lists[cluster];
    if (list) return list;
    const { start, neighbor, upper } = this.graph;
    const { weight } = this.points;
    const from = start[cluster];
    const made = newNeighbors(start[cluster + 1] - from);
    for (let e = 0; e < made.id.length; e++) {
      const other = neighbor[from + e];
      const pairs = weight[cluster] * weight[other];
      made.id[e] = other;
      made.sum[e] = upper[from + e] * pairs;
      made.pairs[e] = pairs;
    }
    return made;
  }
}

function newNeighbors(count: number): Neighbors {
  return {
    id: new Int32Array(count),
    sum: new Float64Array(count),
    pairs: new Float64Array(count),
    exact: new Uint8Array(count),
  };
}

function joinNeighbors(a: Neighbors, b: Neighbors): Neighbors {
  const joined = newNeighbors(a.id.length + b.id.length);
  for (const part of ['id', 'sum', 'pairs', 'exact'] as const) {
    joined[part].set(a[part]);
    joined[part].set(b[part], a.id.length);
  }
  return joined;
}
