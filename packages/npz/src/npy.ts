import ndarray, { type NdArray } from 'ndarray';
import { latin1FromBytes } from './bytes.js';
import { halfToFloat } from './half-float.js';
import { type NpyData, type NpyDtype, parseDtype } from './npy-dtype.js';
import { type NpyHeader, parseNpyHeader } from './npy-header.js';
import { NpyFormatError } from './npz-errors.js';

/** An array as read from a `.npy` file. */
export interface NpyArray<D extends NpyData = NpyData> {
  /** NumPy's type string as it stands in the file, such as `<f4`, `>i8`, `|b1`, `<f2`, `<U8`. */
  dtype: string;
  /** Length of each dimension; empty for a scalar. */
  shape: number[];
  /** Whether the first index varies fastest in `data`. */
  fortranOrder: boolean;
  /**
   * The elements in the file's order and this machine's byte order: 64-bit integers as BigInt arrays, `f2`
   * widened to Float32Array, bool as Uint8Array of 0 and 1, `S` (as Latin-1) and `U` as strings.
   */
  data: D;
  /** `data` seen through the shape: `array.get(i, j)` is element (i, j) in either order. */
  array: NdArray<D>;
}

/** What can be written as an array: an ndarray, an array as read, or flat data with a shape and a dtype. */
export type NpyInput =
  | NdArray<NpyData>
  | {
      /** The elements; typed arrays, or strings. */
      data: NpyData;
      /** Length of each dimension. Default: one dimension. */
      shape?: readonly number[];
      /** NumPy's type string. Default: the one that fits `data` (see {@link encodeNpy}). */
      dtype?: string;
      /** Whether the first index varies fastest in `data`. Default: false. */
      fortranOrder?: boolean;
    };

/**
 * Reads a `.npy` file.
 *
 * @param bytes the whole file; the result shares no memory with it
 * @throws NpyFormatError when it is damaged, longer or shorter than its header says, or of a type that is not
 *   read (Python objects are never unpickled)
 */
export function decodeNpy(bytes: Uint8Array): NpyArray {
  const header = parseNpyHeader(bytes);
  const layout = npyLayout(header);
  const body = bytes.subarray(header.dataOffset);
  checkNpySize(header, layout, body.length);
  const target = layout.dtype.create(layout.storageLength);
  bytesOf(target).set(body);
  return finishNpy(header, layout, target);
}

/** Sizes that follow from a header. */
export interface NpyLayout {
  /** The element type. */
  dtype: NpyDtype;
  /** Number of elements. */
  count: number;
  /** Bytes of data in the file. */
  byteLength: number;
  /** Length to give `dtype.create` so that the file's bytes fit it exactly. */
  storageLength: number;
}

/**
 * Works out an array's sizes without allocating anything.
 *
 * @throws NpyFormatError when no memory could hold them
 */
export function npyLayout(header: NpyHeader): NpyLayout {
  const dtype = parseDtype(header.dtype);
  const count = header.shape.includes(0) ? 0 : header.shape.reduce((product, n) => product * n, 1);
  const byteLength = count * dtype.itemSize;
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(byteLength)) {
    throw new NpyFormatError(`impossible shape (${header.shape.join(', ')}): no memory could hold it`);
  }
  return { dtype, count, byteLength, storageLength: dtype.kind === 'number' ? count : byteLength };
}

/** Checks that as much data follows the header as it says: neither less nor more. */
export function checkNpySize(header: NpyHeader, layout: NpyLayout, found: number): void {
  if (found === layout.byteLength) return;
  const claim = `shape (${header.shape.join(', ')}) of ${header.dtype} needs ${layout.byteLength} bytes of data`;
  throw new NpyFormatError(
    found < layout.byteLength
      ? `the array is cut off: ${claim}, ${found} found`
      : `the array is followed by ${found - layout.byteLength} unexpected bytes: ${claim}`,
  );
}

/** A typed array's memory as bytes. */
export function bytesOf(data: Exclude<NpyData, string[]>): Uint8Array {
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
}

/** Turns an array filled with a file's raw bytes into the finished result, in place where it can. */
export function finishNpy(header: NpyHeader, layout: NpyLayout, raw: Exclude<NpyData, string[]>): NpyArray {
  const { dtype, count } = layout;
  if (!dtype.native && dtype.unitSize > 1) swapInPlace(raw, dtype.unitSize);
  const data = decodeElements(dtype, count, raw);
  const { shape, fortranOrder } = header;
  return {
    dtype: header.dtype,
    shape,
    fortranOrder,
    data,
    array: ndarray(data, shape.slice(), fortranOrder ? fortranStrides(shape) : undefined) as NdArray<NpyData>,
  };
}

function decodeElements(dtype: NpyDtype, count: number, raw: Exclude<NpyData, string[]>): NpyData {
  if (dtype.kind === 'number') return raw;
  if (dtype.kind === 'half') {
    const bytes = bytesOf(raw).slice(0, count * 2);
    return Float32Array.from(new Uint16Array(bytes.buffer, 0, count), halfToFloat);
  }
  const bytes = bytesOf(raw);
  const strings: string[] = [];
  for (let i = 0; i < count; i++) {
    const item = bytes.subarray(i * dtype.itemSize, (i + 1) * dtype.itemSize);
    strings.push(dtype.kind === 'bytes' ? decodeBytes(item) : decodeUnicode(item));
  }
  return strings;
}

function decodeBytes(item: Uint8Array): string {
  let end = item.length;
  while (end > 0 && item[end - 1] === 0) end--;
  return latin1FromBytes(item.subarray(0, end));
}

function decodeUnicode(item: Uint8Array): string {
  const points = new Uint32Array(item.slice().buffer);
  let end = points.length;
  while (end > 0 && points[end - 1] === 0) end--;
  let text = '';
  for (let i = 0; i < end; i++) {
    if (points[i] > 0x10ffff) {
      throw new NpyFormatError(`a string holds ${points[i]}, which is not a Unicode code point`);
    }
    text += String.fromCodePoint(points[i]);
  }
  return text;
}

export function swapInPlace(data: Exclude<NpyData, string[]>, unit: number): void {
  // In pieces: one view may not be longer than 4 GB in Node 20.
  const piece = 2 ** 30;
  for (let at = 0; at < data.byteLength; at += piece) {
    const length = Math.min(piece, data.byteLength - at);
    const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset + at, length);
    for (let first = 0; first < length; first += unit) {
      for (let low = first, high = first + unit - 1; low < high; low++, high--) {
        const byte = bytes[low];
        bytes[low] = bytes[high];
        bytes[high] = byte;
      }
    }
  }
}

export function fortranStrides(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let step = 1;
  for (const length of shape) {
    strides.push(step);
    step *= length;
  }
  return strides;
}

export function cStrides(shape: readonly number[]): number[] {
  return fortranStrides(shape.toReversed()).reverse();
}
