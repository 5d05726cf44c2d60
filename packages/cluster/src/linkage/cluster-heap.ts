/**
 * Clusters ordered by key, equal keys by cluster number: a binary heap that can change a cluster's key.
 */
export class ClusterHeap {
  private readonly keys: Float64Array;
  private readonly heap: Int32Array;
  /** Place of each cluster in the heap, -1 where it is not in it. */
  private readonly place: Int32Array;
  private count = 0;

  constructor(clusters: number) {
    this.keys = new Float64Array(clusters).fill(Infinity);
    this.heap = new Int32Array(clusters);
    this.place = new Int32Array(clusters).fill(-1);
  }

  /** Cluster with the least key, or -1 when the heap is empty. */
  get top(): number {
    return this.count > 0 ? this.heap[0] : -1;
  }

  /** Key that a cluster was last given; Infinity before that. */
  keyOf(cluster: number): number {
    return this.keys[cluster];
  }

  /** Puts a cluster in, or changes its key. */
  set(cluster: number, key: number): void {
    if (this.place[cluster] < 0) {
      this.place[cluster] = this.count;
      this.heap[this.count++] = cluster;
    }
    this.keys[cluster] = key;
    this.sift(this.place[cluster]);
  }

  /** Takes all out. */
  clear(): void {
    for (let at = 0; at < this.count; at++) this.place[this.heap[at]] = -1;
    this.count = 0;
  }

  remove(cluster: number): void {
    const place = this.place[cluster];
    if (place < 0) return;
    this.place[cluster] = -1;
    const last = this.heap[--this.count];
    if (last === cluster) return;
    this.heap[place] = last;
    this.place[last] = place;
    this.sift(place);
  }

  private before(a: number, b: number): boolean {
    const difference = this.keys[a] - this.keys[b];
    return difference < 0 || (difference === 0 && a < b);
  }

  private sift(from: number): void {
    const { heap, place } = this;
    const cluster = heap[from];
    let at = from;
    while (at > 0 && this.before(cluster, heap[(at - 1) >> 1])) {
      heap[at] = heap[(at - 1) >> 1];
      place[heap[at]] = at;
      at = (at - 1) >> 1;
    }
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.count) break;
      if (child + 1 < this.count && this.before(heap[child + 1], heap[child])) child++;
      if (!this.before(heap[child], cluster)) break;
      heap[at] = heap[child];
      place[heap[at]] = at;
      at = child;
    }
    heap[at] = cluster;
    place[cluster] = at;
  }
}
