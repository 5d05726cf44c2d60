import type { NdArray } from 'ndarray';
import { floatToHalf } from './half-float.js';
import {
  bytesOf,
  cStrides,
  fortranStrides,
  type NpyInput,
  type NpyLayout,
  npyLayout,
  swapInPlace,
} from './npy.js';
import { dtypeOf, NATIVE_ORDER, type NpyData, type NpyDtype } from './npy-dtype.js';
import { formatNpyHeader } from './npy-header.js';
import { NpyFormatError } from './npz-errors.js';

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
