import { bytesFromLatin1, latin1FromBytes } from './bytes.js';
import { NpyFormatError } from './npz-errors.js';

/** What the header of a `.npy` file says. */
export interface NpyHeader {
  /** NumPy's type string, for example `<f4`, `|b1`, `<U8`. */
  dtype: string;
  /** `true` when the first index varies fastest. */
  fortranOrder: boolean;
  /** Length of each dimension; empty for a scalar. */
  shape: number[];
}

/** A parsed header and where the array's data begins. */
export interface ParsedNpyHeader extends NpyHeader {
  /** Offset of the first data byte from the start of the file. */
  dataOffset: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
/** NumPy itself never needs more than a few hundred bytes for the types read here. */
const MAX_HEADER_BYTES = 65536;
/** NumPy's own limit (`NPY_MAXDIMS`). */
const MAX_DIMENSIONS = 32;

/** Bytes from the start of a file that are enough to hold any header {@link parseNpyHeader} accepts. */
export const NPY_HEADER_PREFIX = MAX_HEADER_BYTES + 12;

/**
 * Reads the header of a `.npy` file of format version 1, 2 or 3. The header is a Python dict literal; only the
 * subset that NumPy writes is understood (strings, `True`/`False`, a tuple of whole numbers) and nothing is
 * ever evaluated.
 *
 * @param bytes the file's beginning; at least the whole header
 * @throws NpyFormatError when the magic, the version, the length or the literal is not as NumPy writes it
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function parseNpyHeader(bytes: Uint8Array): ParsedNpyHeader {
  if (bytes.length < 10) {
    throw new NpyFormatError(`not a .npy array: ${bytes.length} bytes found, the shortest header has 10`);
  }
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new NpyFormatError('not a .npy array: it does not begin with \\x93NUMPY');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = bytes[6];
  if (major < 1 || major > 3 || bytes[7] !== 0) {
    throw new NpyFormatError(
      `unknown .npy format version ${major}.${bytes[7]}; versions 1.0, 2.0 and 3.0 are supported`,
    );
  }
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) throw new NpyFormatError('the .npy header is cut off');
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES) {
    throw new NpyFormatError(
      `the .npy header claims ${length} bytes; at most ${MAX_HEADER_BYTES} are accepted`,
    );
  }
  const end = start + length;
  if (bytes.length < end) {
    throw new NpyFormatError(
      `the .npy header is cut off: it claims ${length} bytes, ${bytes.length - start} follow`,
    );
  }
  const text = decodeText(bytes.subarray(start, end), major);
  return { ...new LiteralParser(text).header(), dataOffset: end };
}

function decodeText(bytes: Uint8Array, major: number): string {
  // Versions 1 and 2 are Latin-1, version 3 is UTF-8.
  if (major < 3) return latin1FromBytes(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new NpyFormatError('the .npy header (version 3.0) is not valid UTF-8');
  }
}

class LiteralParser {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  header(): NpyHeader {
    let dtype: string | undefined;
    let fortranOrder: boolean | undefined;
    let shape: number[] | undefined;
    this.#expect('{');
    while (!this.#take('}')) {
      const key = this.#string();
      this.#expect(':');
      if (key === 'descr' && dtype === undefined) dtype = this.#dtype();
      else if (key === 'fortran_order' && fortranOrder === undefined) fortranOrder = this.#boolean();
      else if (key === 'shape' && shape === undefined) shape = this.#tuple();
      else this.#fail(`the keys descr, fortran_order and shape, once each; found "${key}"`);
      if (!this.#take(',')) {
        this.#expect('}');
        break;
      }
    }
    this.#space();
    if (this.#at !== this.#text.length) this.#fail('nothing after the closing brace');
    if (dtype === undefined || fortranOrder === undefined || shape === undefined) {
      throw new NpyFormatError('the .npy header lacks one of descr, fortran_order and shape');
    }
    return { dtype, fortranOrder, shape };
  }

  #dtype(): string {
    this.#space();
    if (this.#text[this.#at] === '[' || this.#text[this.#at] === '(') {
      throw new NpyFormatError(
        'the array has a structured dtype (several fields per element), which is not supported; save each field as an array of its own',
      );
    }
    return this.#string();
  }

  #string(): string {
    this.#space();
    const quote = this.#text[this.#at];
    if (quote !== "'" && quote !== '"') this.#fail('a quoted string');
    const end = this.#text.indexOf(quote, this.#at + 1);
    const value = end < 0 ? '' : this.#text.slice(this.#at + 1, end);
    // NumPy never escapes anything in the three keys or in a type string.
    if (end < 0 || value.includes('\\')) this.#fail('a plain string in quotes');
    this.#at = end + 1;
    return value;
  }

  #boolean(): boolean {
    this.#space();
    for (const [word, value] of [
      ['True', true],
      ['False', false],
    ] as const) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#fail('True or False');
  }

  #tuple(): number[] {
    const dims: number[] = [];
    let comma = true;
    this.#expect('(');
    while (!this.#take(')')) {
      if (!comma) this.#fail('a comma between dimensions');
      dims.push(this.#dimension());
      if (dims.length > MAX_DIMENSIONS) {
        throw new NpyFormatError(`the array has more than ${MAX_DIMENSIONS} dimensions`);
      }
      comma = this.#take(',');
    }
    // Python reads (4) as a number, not as a tuple.
    if (dims.length === 1 && !comma) this.#fail('a tuple for shape');
    return dims;
  }

  #dimension(): number {
    this.#space();
    // Python 2 wrote long integers with a trailing L.
    const match = /^(\d{1,40})L?/.exec(this.#text.slice(this.#at, this.#at + 42));
    if (!match) return this.#fail('a whole number of at least 0 for each dimension');
    this.#at += match[0].length;
    const value = Number(match[1]);
    if (!Number.isSafeInteger(value)) {
      throw new NpyFormatError(`impossible shape: a dimension of ${match[1]} elements`);
    }
    return value;
  }

  #space(): void {
    while (this.#at < this.#text.length && ' \t\n\r'.includes(this.#text[this.#at])) this.#at++;
  }

  #take(token: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) this.#fail(`"${token}"`);
  }

  #fail(expected: string): never {
    const found = JSON.stringify(this.#text.slice(this.#at, this.#at + 20));
    throw new NpyFormatError(
      `bad .npy header at character ${this.#at}: expected ${expected}, found ${found}`,
    );
  }
}

/**
 * Writes a `.npy` header (version 1.0) byte for byte as NumPy does: padded with spaces so that the data begins
 * at a multiple of 64 bytes, with room for the growing dimension to reach 21 digits.
 */
export function formatNpyHeader(header: NpyHeader): Uint8Array {
  const { dtype, fortranOrder, shape } = header;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  let text = `{'descr': '${dtype}', 'fortran_order': ${fortranOrder ? 'True' : 'False'}, 'shape': ${tuple}, }`;
  if (shape.length > 0) {
    const growing = shape[fortranOrder ? shape.length - 1 : 0];
    text += ' '.repeat(21 - String(growing).length);
  }
  // 32 dimensions of 16 digits fit version 1.0 with ease, so no later version is ever needed.
  const padding = 64 - ((10 + text.length + 1) % 64);
  const bytes = new Uint8Array(10 + text.length + padding + 1);
  bytes.set([...MAGIC, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, bytes.length - 10, true);
  bytes.set(bytesFromLatin1(`${text}${' '.repeat(padding)}\n`), 10);
  return bytes;
}
