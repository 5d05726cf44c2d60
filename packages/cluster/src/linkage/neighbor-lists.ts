import type { DisjointSets } from '../vectors/disjoint-sets.js';
import type { PairGraph } from './pair-graph.js';

/** Where a cluster is that no scan finds: more than any place. */
const NOWHERE = 2 ** 31 - 1;

/**
 * For each cluster, a list of its neighbors with an upper bound of the excess over each: by how much the similarities of
 * the pairs of members that the graph lists exceed 1 − threshold, in all.
 *
 * A cluster's list is a chain of segments of the graph's arrays, at first the one of its point: an entry says that
 * the cluster which now holds point `neighbor` has pairs of rows with this one, with at most such an excess. Lists only
 * ever get shorter, so they are rewritten where they are.
 */
export class NeighborLists {
  /** The clusters that the last scan found, each once. */
  readonly found: Int32Array;
  /** Excess over each one of `found`; side by side with it, so that both stay in the first-level cache. */
  readonly excess: Float64Array;

  /** First and last segment of each cluster's list; segments are numbered like the points they came from. */
  private readonly firstSegment: Int32Array;
  private readonly lastSegment: Int32Array;
  /** The segment after each one, -1 after the last. */
  private readonly nextSegment: Int32Array;
  /** Entries in use at the beginning of each segment. */
  private readonly used: Int32Array;

  /** Excess of each entry of the lists, rounded up: in the place of the graph's similarities. */
  private readonly listed: Float32Array;

  /**
   * Place of each cluster in `found` plus `placesTaken` as it was before that scan: less than before the present
   * scan where it has not been found in it, {@link NOWHERE} for a cluster that merges no more.
   */
  private readonly placeOf: Int32Array;
  private placesTaken = 0;

  /**
   * @param graph its lists are overwritten; each similarity is to be replaced by {@link setExcess} before the first scan
   * @param sets which cluster each point is in
   */
  constructor(
    private readonly graph: PairGraph,
    private readonly sets: DisjointSets,
  ) {
    const count = graph.start.length - 1;
    this.firstSegment = Int32Array.from({ length: count }, (_, p) => p);
    this.lastSegment = this.firstSegment.slice();
    this.nextSegment = new Int32Array(count).fill(-1);
    this.used = Int32Array.from({ length: count }, (_, p) => graph.start[p + 1] - graph.start[p]);
    this.found = new Int32Array(count);
    this.listed = graph.upper;
    this.excess = new Float64Array(count);
    this.placeOf = new Int32Array(count).fill(-1);
  }

  /** Replaces the similarity of an entry of the graph by its excess. */
  setExcess(entry: number, excess: number): void {
    this.listed[entry] = roomForRounding(excess);
  }

  /** Appends the list of a cluster that is gone to that of the one that it is part of now. */
  join(root: number, gone: number): void {
    this.nextSegment[this.lastSegment[root]] = this.firstSegment[gone];
    this.lastSegment[root] = this.lastSegment[gone];
  }

  /** Says that a cluster merges no more: no scan finds it from now on. */
  setDone(cluster: number): void {
    this.placeOf[cluster] = NOWHERE;
  }

  /** Whether a cluster merges no more. */
  isDone(cluster: number): boolean {
    return this.placeOf[cluster] === NOWHERE;
  }

  /** Sums a cluster's list up by the clusters that its entries now belong to; returns how many they are. */
  gather(cluster: number): number {
    const { placeOf, found, excess, listed } = this;
    const { parent } = this.sets;
    const { start, neighbor } = this.graph;
    const first = this.nextPlaces();
    placeOf[cluster] = NOWHERE;
    let count = 0;
    for (let segment = this.firstSegment[cluster]; segment >= 0; segment = this.nextSegment[segment]) {
      const from = start[segment];
      const end = from + this.used[segment];
      for (let e = from; e < end; e++) {
        let other = parent[neighbor[e]];
        if (parent[other] !== other) other = this.sets.find(other);
        const place = placeOf[other] - first;
        if (place < 0) {
          placeOf[other] = first + count;
          found[count] = other;
          excess[count++] = listed[e];
        } else if (place < count) {
          excess[place] += listed[e];
        }
      }
    }
    placeOf[cluster] = -1;
    this.placesTaken = first + count;
    return count;
  }

  /** A number that no place of an earlier scan is as large as, with room for all those of the next. */
  private nextPlaces(): number {
    if (this.placesTaken > NOWHERE - this.found.length) {
      this.placeOf.forEach((place, cluster) => {
        if (place !== NOWHERE) this.placeOf[cluster] = -1;
      });
      this.placesTaken = 0;
    }
    return this.placesTaken;
  }

  /** Replaces a cluster's list by what has been gathered. */
  keep(cluster: number, count: number): void {
    const { excess, found, listed, nextSegment, used } = this;
    const { start, neighbor } = this.graph;
    let segment = this.firstSegment[cluster];
    for (let f = 0; ; segment = nextSegment[segment]) {
      const from = start[segment] - f;
      const end = Math.min(count, start[segment + 1] - from);
      for (; f < end; f++) {
        neighbor[from + f] = found[f];
        listed[from + f] = roomForRounding(excess[f]);
      }
      used[segment] = from + f - start[segment];
      if (f === count) break;
    }
    nextSegment[segment] = -1;
    this.lastSegment[cluster] = segment;
  }
}

/** Enough more than a sum for it to remain an upper bound as a float32. */
function roomForRounding(sum: number): number {
  return sum + Math.abs(sum) * 3e-7 + 1e-30;
}
