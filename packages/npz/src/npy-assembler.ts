import { bytesOf, checkNpySize, finishNpy, type NpyArray, type NpyLayout, npyLayout } from './npy.js';
import type { NpyData } from './npy-dtype.js';
import { NPY_HEADER_PREFIX, type ParsedNpyHeader, parseNpyHeader } from './npy-header.js';
import { NpyFormatError, NpzFormatError } from './npz-errors.js';

/**
 * Puts an array together from the pieces of a `.npy` file. Memory is taken only once the header is understood
 * and agrees with the file's length.
 */
export class NpyAssembler {
  readonly #fileSize: number;
  readonly #capacity: number;
  #prefix = new Uint8Array(0);
  #header: ParsedNpyHeader | undefined;
  #layout: NpyLayout | undefined;
  #target: Exclude<NpyData, string[]> | undefined;
  #filled = 0;

  /**
   * @param fileSize length of the whole `.npy` file in bytes
   * @param capacity least number of elements of the result's `data`; those after the file's are 0
   */
  constructor(fileSize: number, capacity = 0) {
    this.#fileSize = fileSize;
    this.#capacity = capacity;
  }

  /** Takes the next bytes of the file. */
  push(piece: Uint8Array): void {
    if (this.#target !== undefined) {
      this.#fill(piece);
      return;
    }
    const joined = new Uint8Array(this.#prefix.length + piece.length);
    joined.set(this.#prefix);
    joined.set(piece, this.#prefix.length);
    this.#prefix = joined;
    // A header that is still incomplete fails to parse: then wait for more, while there can be more.
    const complete = joined.length >= Math.min(this.#fileSize, NPY_HEADER_PREFIX) || hasWholeHeader(joined);
    if (complete) this.#begin();
  }

  #begin(): void {
    const header = parseNpyHeader(this.#prefix);
    const layout = npyLayout(header);
    checkNpySize(header, layout, this.#fileSize - header.dataOffset);
    this.#header = header;
    this.#layout = layout;
    this.#target = allocate(layout, this.#capacity);
    this.#fill(this.#prefix.subarray(header.dataOffset));
    this.#prefix = new Uint8Array(0);
  }

  #fill(piece: Uint8Array): void {
    this.next(piece.length).set(piece);
  }

  /**
   * The next `length` bytes (or what is left) of the array's memory, to be filled directly by the caller. Only
   * once the header is complete: see {@link started}.
   */
  next(length: number): Uint8Array {
    const target = this.#target as Exclude<NpyData, string[]>;
    const size = Math.min(length, target.byteLength - this.#filled);
    const view = new Uint8Array(target.buffer as ArrayBuffer, this.#filled, size);
    this.#filled += size;
    return view;
  }

  /** Whether the header is complete and the array's memory is there. */
  get started(): boolean {
    return this.#target !== undefined;
  }

  /** The array, once all bytes have come. */
  finish(): NpyArray {
    if (this.#header === undefined || this.#layout === undefined || this.#target === undefined) {
      throw new NpyFormatError('not a .npy array: it is empty');
    }
    return finishNpy(this.#header, this.#layout, this.#target);
  }
}

function hasWholeHeader(bytes: Uint8Array): boolean {
  if (bytes.length < 12) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length >= (bytes[6] === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true));
}

function allocate(layout: NpyLayout, capacity: number): Exclude<NpyData, string[]> {
  try {
    return layout.dtype.create(Math.max(layout.storageLength, capacity));
  } catch {
    throw new NpzFormatError(`the array needs ${layout.byteLength} bytes of memory, more than is available`);
  }
}

/** Memory for a member's raw bytes. */
export function allocateBytes(name: string, size: number): Uint8Array {
  try {
    return bytesOf(new Uint8Array(size));
  } catch {
    throw new NpzFormatError(`member "${name}" needs ${size} bytes of memory, more than is available`);
  }
}
