/**
 * Lends out `Float32Array`s of a few sizes and takes them back, so that the megabytes of a network's input are
 * not allocated again for each picture. Arrays lent at the same time are distinct.
 */
export class FloatPool {
  readonly #free = new Map<number, Float32Array[]>();

  /**
   * Lends an array of `length` numbers of any value to `work`. It is taken back when `work` ends, and must not be used
   * any more then.
   */
  async lend<Result>(length: number, work: (array: Float32Array) => Promise<Result>): Promise<Result> {
    const array = this.#free.get(length)?.pop() ?? new Float32Array(length);
    try {
      return await work(array);
    } finally {
      const free = this.#free.get(length);
      if (free) free.push(array);
      else this.#free.set(length, [array]);
    }
  }
}
