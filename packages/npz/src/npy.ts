import ndarray, { type NdArray } from 'ndarray';
import { latin1FromBytes } from './bytes.js';
import { floatToHalf, halfToFloat } from './half-float.js';
import { dtypeOf, NATIVE_ORDER, type NpyData, type NpyDtype, parseDtype } from './npy-dtype.js';
import { formatNpyHeader, type NpyHeader, parseNpyHeader } from './npy-header.js';
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
      throw new NpyFormatError(`a string holds ${points[i]}, which is no Unicode code point`);
    }
    text += String.fromCodePoint(points[i]);
  }
  return text;
}

function swapInPlace(data: Exclude<NpyData, string[]>, unit: number): void {
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

function fortranStrides(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let step = 1;
  for (const length of shape) {
    strides.push(step);
    step *= length;
  }
  return strides;
}

function cStrides(shape: readonly number[]): number[] {
  return fortranStrides(shape.toReversed()).reverse();
}

/** An array made ready to be written: its header, and its data without a copy where that is possible. */
export interface EncodedNpy {
  /** The header's bytes. */
  header: Uint8Array;
  /** The data, whose memory is the file's bytes; may share it with the input. */
  body: Exclude<NpyData, string[]>;
}

/**
 * Writes a `.npy` file, byte for byte as NumPy's `save` does.
 *
 * The dtype is the one given, else the one that fits the data: `f4` for Float32Array, `i8` for BigInt64Array,
 * `u1` for Uint8Array, `U` of the longest string for strings and so on. A given `|b1` takes a Uint8Array, `<f2`
 * rounds a Float32Array to the nearest half, `>…` swaps, `S<n>` takes strings of Latin-1. Views (strides,
 * offsets, transposes) are written in C order, or in Fortran order when they lie so in memory.
 *
 * @throws NpyFormatError when data, shape and dtype do not fit each other
 */
export function encodeNpy(array: NpyInput): Uint8Array {
  const { header, body } = encodeNpyParts(array);
  const bytes = new Uint8Array(header.length + body.byteLength);
  bytes.set(header);
  bytes.set(bytesOf(body), header.length);
  return bytes;
}

/** As {@link encodeNpy}, without joining header and data. */
export function encodeNpyParts(array: NpyInput): EncodedNpy {
  const { data, shape, fortranOrder, dtype } = flatten(array);
  const descr = dtype ?? dtypeOf(data);
  const layout = npyLayout({ dtype: descr, shape, fortranOrder });
  if (data.length !== layout.count) {
    throw new NpyFormatError(
      `shape (${shape.join(', ')}) needs ${layout.count} elements, the data has ${data.length}`,
    );
  }
  return {
    header: formatNpyHeader({ dtype: descr, shape, fortranOrder }),
    body: encodeElements(data, descr, layout),
  };
}

interface Flat {
  data: NpyData;
  shape: number[];
  fortranOrder: boolean;
  dtype: string | undefined;
}

function flatten(input: NpyInput): Flat {
  if ('stride' in input) return flattenView(input);
  const shape = input.shape === undefined ? [input.data.length] : [...input.shape];
  if (shape.some((n) => !Number.isSafeInteger(n) || n < 0)) {
    throw new NpyFormatError(`impossible shape (${shape.join(', ')}); expected whole numbers of at least 0`);
  }
  return { data: input.data, shape, fortranOrder: input.fortranOrder ?? false, dtype: input.dtype };
}

function flattenView(view: NdArray<NpyData>): Flat {
  const shape = [...view.shape];
  const count = shape.reduce((product, n) => product * n, 1);
  for (const fortranOrder of [false, true]) {
    const wanted = fortranOrder ? fortranStrides(shape) : cStrides(shape);
    // The stride of a dimension of length 1 (or of an empty array) moves nothing.
    if (count > 0 && wanted.some((step, i) => shape[i] > 1 && step !== view.stride[i])) continue;
    const data = view.data.slice(view.offset, view.offset + count) as NpyData;
    return { data, shape, fortranOrder, dtype: undefined };
  }
  const data = view.data.slice(0, 0) as NpyData;
  const out = Array.isArray(data)
    ? new Array<string>(count)
    : new (data.constructor as new (length: number) => Exclude<NpyData, string[]>)(count);
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < count; i++) {
    let at = view.offset;
    for (let d = 0; d < index.length; d++) at += index[d] * view.stride[d];
    out[i] = view.data[at];
    for (let d = index.length - 1; d >= 0 && ++index[d] === shape[d]; d--) index[d] = 0;
  }
  return { data: out as NpyData, shape, fortranOrder: false, dtype: undefined };
}

function encodeElements(data: NpyData, descr: string, layout: NpyLayout): Exclude<NpyData, string[]> {
  const { dtype, count } = layout;
  const mismatch = () =>
    new NpyFormatError(
      `dtype ${descr} does not fit data of type ${Array.isArray(data) ? 'string[]' : data.constructor.name}`,
    );
  let bytes: Exclude<NpyData, string[]>;
  if (dtype.kind === 'bytes' || dtype.kind === 'unicode') {
    if (!Array.isArray(data)) throw mismatch();
    bytes = encodeStrings(data, dtype, descr);
  } else if (Array.isArray(data)) {
    throw mismatch();
  } else if (dtype.kind === 'half') {
    if (!(data instanceof Float32Array)) throw mismatch();
    bytes = Uint16Array.from(data, floatToHalf);
  } else {
    const same = dtype.create(0).constructor === data.constructor;
    if (!same && !(data instanceof Uint8ClampedArray && /u1$/.test(descr))) throw mismatch();
    bytes = data;
  }
  if (dtype.native || dtype.unitSize === 1 || count === 0) return bytes;
  const swapped = bytes.slice();
  swapInPlace(swapped, dtype.unitSize);
  return swapped;
}

function encodeStrings(data: string[], dtype: NpyDtype, descr: string): Uint8Array {
  const bytes = new Uint8Array(data.length * dtype.itemSize);
  const view = new DataView(bytes.buffer);
  data.forEach((text, i) => {
    const points = Array.from(text, (character) => character.codePointAt(0) as number);
    const fits = points.length * dtype.unitSize <= dtype.itemSize;
    if (!fits || (dtype.kind === 'bytes' && points.some((point) => point > 255))) {
      throw new NpyFormatError(`the string ${JSON.stringify(text.slice(0, 40))} does not fit dtype ${descr}`);
    }
    points.forEach((point, c) => {
      const at = i * dtype.itemSize + c * dtype.unitSize;
      if (dtype.kind === 'bytes') bytes[at] = point;
      else view.setUint32(at, point, NATIVE_ORDER === '<');
    });
  });
  return bytes;
}
