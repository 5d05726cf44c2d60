/**
 * Lends out `Float32Array`s of a few sizes and takes them back, so that the megabytes of a network's input are
 * not allocated anew for each picture. Arrays lent at the same time are distinct.
 */
export class FloatPool {
  readonly #free = new Map<number, Float32Array[]>();

  /** An array of `length` numbers of any value. */
  take(length: number): Float32Array {
    return this.#free.get(length)?.pop() ?? new Float32Array(length);
  }

  /** Gives an array back; it must no longer be used by the caller. */
  give(array: Float32Array): void {
    const free = this.#free.get(array.length);
    if (free) free.push(array);
    else this.#free.set(array.length, [array]);
  }
}
