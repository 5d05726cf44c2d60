import { dotOfSum, dotOfSums } from '../vectors/dot.js';
import type { Points } from './points.js';

/** Sums allocated at a time. */
const BLOCK_SUMS = 64;

/**
 * Sums of the unit vectors of clusters of points, each named by one of its points. The sum of a single point is not
 * kept: it is its vector times its scale and weight.
 *
 * Memory: 8 bytes for each component of each cluster of several points, of those that there are at a time.
 */
export class ClusterSums {
  private readonly cols: number;
  /** Sums in blocks, so that joining thousands of pairs does not mean thousands of small buffers. */
  private readonly blocks: Float64Array[] = [];
  /** Each cluster's place in the blocks, -1 for a single point. */
  private readonly place: Int32Array;
  private readonly vacant: number[] = [];

  constructor(private readonly points: Points) {
    this.cols = points.unit.cols;
    this.place = new Int32Array(points.unit.rows).fill(-1);
  }

  /** Sum of the cosine similarities of all pairs of a row of one cluster and a row of the other. */
  betweenPairs(a: number, b: number): number {
    const { cols, place } = this;
    const { unit, weight } = this.points;
    if (place[a] < 0 && place[b] < 0) return unit.cosine(a, b) * (weight[a] * weight[b]);
    if (place[a] < 0) return this.betweenPairs(b, a);
    if (place[b] < 0) {
      const product = dotOfSum(this.blockOf(a), this.offsetOf(a), unit.source, unit.offset(b), cols);
      return product * this.scaleOf(b);
    }
    return dotOfSums(this.blockOf(a), this.offsetOf(a), this.blockOf(b), this.offsetOf(b), cols);
  }

  /** Makes one of two clusters, named by `root`. */
  join(root: number, gone: number): void {
    const { place } = this;
    if (place[root] >= 0 && place[gone] >= 0) {
      const from = this.blockOf(gone).subarray(this.offsetOf(gone), this.offsetOf(gone) + this.cols);
      const sum = this.blockOf(root);
      const to = this.offsetOf(root);
      for (let k = 0; k < this.cols; k++) sum[to + k] += from[k];
      this.drop(gone);
      return;
    }
    if (place[root] < 0 && place[gone] < 0) {
      place[root] = this.vacantPlace();
      this.blockOf(root).fill(0, this.offsetOf(root), this.offsetOf(root) + this.cols);
      this.addPoint(root, root);
      this.addPoint(root, gone);
      return;
    }
    const point = place[root] < 0 ? root : gone;
    place[root] = Math.max(place[root], place[gone]);
    place[gone] = -1;
    this.addPoint(root, point);
  }

  /** Forgets a cluster that is never asked for again. */
  drop(cluster: number): void {
    if (this.place[cluster] >= 0) this.vacant.push(this.place[cluster]);
    this.place[cluster] = -1;
  }

  private vacantPlace(): number {
    const place = this.vacant.pop();
    if (place !== undefined) return place;
    const first = this.blocks.length * BLOCK_SUMS;
    this.blocks.push(new Float64Array(BLOCK_SUMS * this.cols));
    for (let next = first + BLOCK_SUMS - 1; next > first; next--) this.vacant.push(next);
    return first;
  }

  private addPoint(cluster: number, point: number): void {
    const { unit } = this.points;
    const scale = this.scaleOf(point);
    const sum = this.blockOf(cluster);
    const to = this.offsetOf(cluster);
    const from = unit.offset(point);
    for (let k = 0; k < this.cols; k++) sum[to + k] += unit.source[from + k] * scale;
  }

  private blockOf(cluster: number): Float64Array {
    return this.blocks[Math.floor(this.place[cluster] / BLOCK_SUMS)];
  }

  private offsetOf(cluster: number): number {
    return (this.place[cluster] % BLOCK_SUMS) * this.cols;
  }

  /** What a point's vector is to be multiplied with to be its sum. */
  private scaleOf(point: number): number {
    return this.points.unit.scale[point] * this.points.weight[point];
  }
}
