import { readFully } from './file-io.js';
import type { OpenFile } from './file-system.js';

const WINDOW_BYTES = 4 * 2 ** 20;

/** Reads small pieces of a file, mostly in ascending or descending order, through a buffer. */
export class WindowReader {
  readonly #file: OpenFile;
  readonly #end: number;
  #buffer = new Uint8Array(0);
  #start = 0;
  #length = 0;

  /**
   * @param file an open file
   * @param end offset up to which it will be read, so that no more memory is taken than that needs
   */
  constructor(file: OpenFile, end: number) {
    this.#file = file;
    this.#end = end;
  }

  /**
   * Reads bytes; fewer than `length` only at the end of the file. The result is valid until the next call.
   *
   * @param position offset in the file
   * @param length number of bytes
   */
  async read(position: number, length: number): Promise<Uint8Array> {
    const inWindow = position >= this.#start && position + length <= this.#start + this.#length;
    if (!inWindow) await this.#load(position, length);
    const from = position - this.#start;
    return this.#buffer.subarray(from, Math.min(from + length, this.#length));
  }

  async #load(position: number, length: number): Promise<void> {
    // Going backwards, the window ends at what is asked for; else it begins there.
    const end = position + length;
    const back = position < this.#start && this.#length > 0;
    const start = back ? Math.max(0, Math.min(position, end - WINDOW_BYTES)) : position;
    const size = back ? end - start : Math.max(Math.min(WINDOW_BYTES, this.#end - position), length);
    if (this.#buffer.length < size) this.#buffer = new Uint8Array(size);
    this.#start = start;
    this.#length = 0;
    this.#length = await readFully(this.#file, this.#buffer.subarray(0, size), start);
  }
}
