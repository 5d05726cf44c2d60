import { NpyFormatError } from './npz-errors.js';

/** The typed arrays that hold an array's elements; strings are a plain array. */
export type NpyData =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>
  | Float32Array
  | Float64Array
  | string[];

/** A NumPy type string taken apart. */
export interface NpyDtype {
  /** `number`: the bytes are a typed array's; `half`: widened to float32; `bytes` and `unicode`: strings. */
  kind: 'number' | 'half' | 'bytes' | 'unicode';
  /** Bytes per element in the file. */
  itemSize: number;
  /** Bytes per unit of byte order: the element for numbers, one character for `U`. */
  unitSize: number;
  /** Whether the file's byte order is this machine's. */
  native: boolean;
  /** Makes the array that holds `length` elements (of `half`: as float32). */
  create(length: number): Exclude<NpyData, string[]>;
}

/** `<` or `>`: this machine's byte order in NumPy's notation. */
export const NATIVE_ORDER = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? '<' : '>';

const NUMBERS: Record<string, new (length: number) => Exclude<NpyData, string[]>> = {
  b1: Uint8Array,
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
  f2: Float32Array,
  f4: Float32Array,
  f8: Float64Array,
};

const UNSUPPORTED: Record<string, string> = {
  O: 'Python objects (a pickle, which could run code and is never loaded)',
  c: 'complex numbers',
  V: 'raw void records',
  m: 'time spans',
  M: 'dates',
  f: 'floats of this width',
};

/**
 * Understands a NumPy type string: `b1`, `i1`–`i8`, `u1`–`u8`, `f2`, `f4`, `f8`, `S<n>` and `U<n>`, in either
 * byte order.
 *
 * @throws NpyFormatError for every other type, by name
 */
export function parseDtype(descr: string): NpyDtype {
  const match = /^([<>|=]?)([A-Za-z])(\d{0,9})$/.exec(descr);
  if (!match) throw new NpyFormatError(`unknown dtype ${JSON.stringify(descr.slice(0, 40))}`);
  const [, order, letter, digits] = match;
  const size = Number(digits);
  const native = order === '' || order === '|' || order === '=' || order === NATIVE_ORDER;
  const create = NUMBERS[letter + digits];
  if (create !== undefined) {
    if (order === '|' && size > 1) {
      throw new NpyFormatError(
        `dtype "${descr}" names no byte order; expected < or > before ${letter}${digits}`,
      );
    }
    return {
      kind: letter === 'f' && size === 2 ? 'half' : 'number',
      itemSize: size,
      unitSize: size,
      native,
      create: (length) => new create(length),
    };
  }
  if ((letter === 'S' || letter === 'U') && size > 0) {
    const unit = letter === 'S' ? 1 : 4;
    return {
      kind: letter === 'S' ? 'bytes' : 'unicode',
      itemSize: size * unit,
      unitSize: unit,
      native,
      create: (length) => new Uint8Array(length),
    };
  }
  const what = UNSUPPORTED[letter] === undefined ? '' : `: it holds ${UNSUPPORTED[letter]}`;
  throw new NpyFormatError(
    `dtype "${descr}" is not supported${what}; expected bool, int, uint, float, S or U`,
  );
}

/** The type string with which an array of this JavaScript type is written, in native byte order. */
export function dtypeOf(data: NpyData): string {
  if (Array.isArray(data)) {
    let longest = 1;
    for (const text of data) longest = Math.max(longest, codePoints(text));
    return `${NATIVE_ORDER}U${longest}`;
  }
  const size = data.BYTES_PER_ELEMENT;
  const order = size === 1 ? '|' : NATIVE_ORDER;
  if (data instanceof Float32Array || data instanceof Float64Array) return `${order}f${size}`;
  const signed =
    data instanceof Int8Array ||
    data instanceof Int16Array ||
    data instanceof Int32Array ||
    data instanceof BigInt64Array;
  return `${order}${signed ? 'i' : 'u'}${size}`;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
