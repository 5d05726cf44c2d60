/** A float array that grows as values are appended. */
export class GrowFloats {
  #data: Float32Array;
  #length: number;

  /** @param initial first values; kept and written to */
  constructor(initial: Float32Array = new Float32Array(0)) {
    this.#data = initial;
    this.#length = initial.length;
  }

  /** Number of values. */
  get length(): number {
    return this.#length;
  }

  /** Appends values. */
  push(values: ArrayLike<number>): void {
    const end = this.#length + values.length;
    if (end > this.#data.length) {
      const larger = new Float32Array(Math.max(end, Math.ceil(this.#data.length * 1.5), 1024));
      larger.set(this.#data.subarray(0, this.#length));
      this.#data = larger;
    }
    this.#data.set(values, this.#length);
    this.#length = end;
  }

  /** A view of some of the values; valid until the next push. */
  view(start = 0, end = this.#length): Float32Array {
    return this.#data.subarray(start, end);
  }
}
