import { DisjointSets } from '../vectors/disjoint-sets.js';
import type { ItemConstraints } from './constraints.js';

/**
 * What speaks against merging clusters, beside their distance. A veto keeps them apart for good. Conflicts add to the
 * distance: `strength` times the share of the smaller cluster's faces that have one with the other cluster (at
 * most 1). So one face in the wrong cluster does not keep two large clusters of one person apart, while two
 * people who are often in one photo stay two.
 *
 * Added to average or complete linkage this leaves the linkage reducible: for a union, the share is at least the mean
 * of its parts' shares, weighted by their sizes, so a union is no nearer to a third cluster than the nearer
 * of its parts was.
 */
export class ClusterConflicts {
  /** Number of conflicts with each other cluster, Infinity for a veto. */
  private readonly counts: (Map<number, number> | undefined)[];
  /** Faces in each cluster. */
  private readonly faces: Float64Array;

  private constructor(
    clusters: number,
    private readonly strength: number,
  ) {
    this.counts = new Array(clusters).fill(undefined);
    this.faces = new Float64Array(clusters);
  }

  /**
   * Conflicts between points, and the pairs of points that must be linked.
   *
   * @param pointOfItem point of each item, -1 for none
   */
  static between(
    points: number,
    pointOfItem: Int32Array,
    constraints: ItemConstraints,
  ): { conflicts: ClusterConflicts; links: [number, number][] } {
    const conflicts = new ClusterConflicts(points, constraints.strength);
    // what cannot be compared still passes links on
    const linked = new DisjointSets(pointOfItem.length);
    for (const [a, b] of constraints.links) linked.union(a, b);
    const pointOfSet = new Int32Array(pointOfItem.length).fill(-1);
    const links: [number, number][] = [];
    pointOfItem.forEach((point, item) => {
      if (point < 0) return;
      conflicts.faces[point] += constraints.faces?.[item] ?? 1;
      const set = linked.find(item);
      if (pointOfSet[set] < 0) pointOfSet[set] = point;
      else if (pointOfSet[set] !== point) links.push([pointOfSet[set], point]);
    });
    for (const [a, b] of constraints.conflicts) conflicts.add(pointOfItem[a], pointOfItem[b], 1);
    for (const [a, b] of constraints.vetoes) {
      conflicts.add(pointOfSet[linked.find(a)], pointOfSet[linked.find(b)], Infinity);
    }
    return { conflicts, links };
  }

  /** Whether a cluster has a conflict with any other. */
  has(cluster: number): boolean {
    return this.counts[cluster] !== undefined;
  }

  /** What is to be added to the distance of two clusters. */
  penalty(a: number, b: number): number {
    const count = this.counts[a]?.get(b);
    if (count === undefined) return 0;
    if (count === Infinity) return Infinity;
    return this.strength * Math.min(1, count / Math.min(this.faces[a], this.faces[b]));
  }

  /** Makes one of two clusters, named by `root`. */
  union(root: number, gone: number): void {
    this.faces[root] += this.faces[gone];
    const dropped = this.counts[gone];
    if (!dropped) return;
    this.counts[gone] = undefined;
    for (const [other, count] of dropped) {
      this.counts[other]?.delete(gone);
      if (other !== root) this.add(root, other, count);
    }
  }

  private add(a: number, b: number, count: number): void {
    if (a === b || a < 0 || b < 0) return;
    for (const [from, to] of [
      [a, b],
      [b, a],
    ]) {
      const counts = this.counts[from] ?? new Map<number, number>();
      this.counts[from] = counts;
      counts.set(to, (counts.get(to) ?? 0) + count);
    }
  }
}
