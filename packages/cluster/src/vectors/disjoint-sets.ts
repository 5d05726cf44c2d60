/** Disjoint sets of 0..size-1; the least member names a set. */
export class DisjointSets {
  /** Another member of each one's set, nearer to the one that names it; itself for that one. */
  readonly parent: Int32Array;

  constructor(size: number) {
    this.parent = Int32Array.from({ length: size }, (_, i) => i);
  }

  /** Name of the set that `i` belongs to. */
  find(i: number): number {
    const { parent } = this;
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]];
      i = parent[i];
    }
    return i;
  }

  /** Makes one set of the sets of `a` and `b`, and returns its name. */
  union(a: number, b: number): number {
    const rootA = this.find(a);
    const rootB = this.find(b);
    const root = Math.min(rootA, rootB);
    this.parent[Math.max(rootA, rootB)] = root;
    return root;
  }

  /** Name of each one's set. */
  names(): Int32Array {
    return this.parent.map((_, i) => this.find(i));
  }
}
