import { Inflate } from 'fflate';
import { NpzFormatError } from './npz-errors.js';

/** Input is inflated in pieces of this size, so that no piece can grow past 17 MB before it is counted. */
const PIECE_BYTES = 16384;

/**
 * Inflates a raw deflate stream piece by piece and stops as soon as more comes out than was announced: a bomb
 * costs no more memory or time than its announced size.
 */
export class BoundedInflate {
  readonly #inflate: Inflate;
  readonly #name: string;
  readonly #limit: number;
  #count = 0;

  /**
   * @param name member's name, for messages
   * @param size announced size in bytes
   * @param sink gets the inflated pieces in order; each is its to keep
   */
  constructor(name: string, size: number, sink: (piece: Uint8Array) => void) {
    this.#name = name;
    this.#limit = size;
    this.#inflate = new Inflate((piece) => {
      this.#count += piece.length;
      if (this.#count > size) {
        throw new NpzFormatError(`member "${name}" inflates to more than the ${size} bytes it claims`);
      }
      if (piece.length > 0) sink(piece);
    });
  }

  /**
   * Takes the next compressed bytes.
   *
   * @param bytes any length
   * @param last whether the stream ends here
   * @throws NpzFormatError when the stream is damaged, cut off, or longer or shorter than announced
   */
  push(bytes: Uint8Array, last: boolean): void {
    try {
      for (let at = 0; at < bytes.length || (last && at === 0); at += PIECE_BYTES) {
        const end = at + PIECE_BYTES;
        // A copy: fflate keeps what it has not used yet, and the caller may reuse its buffer.
        this.#inflate.push(bytes.slice(at, end), last && end >= bytes.length);
      }
    } catch (error) {
      if (error instanceof NpzFormatError) throw error;
      throw new NpzFormatError(`member "${this.#name}" is damaged: ${(error as Error).message}`);
    }
    if (last && this.#count !== this.#limit) {
      throw new NpzFormatError(
        `member "${this.#name}" inflates to ${this.#count} bytes, ${this.#limit} were announced`,
      );
    }
  }
}
