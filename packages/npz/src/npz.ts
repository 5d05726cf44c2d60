import { deflateSync } from 'fflate';
import { BoundedInflate } from './bounded-inflate.js';
import { concatBytes } from './bytes.js';
import { crc32 } from './crc32.js';
import { encodeNpyParts } from './encode-npy.js';
import { bytesOf, decodeNpy, type NpyArray, type NpyInput } from './npy.js';
import { NpyAssembler } from './npy-assembler.js';
import type { NpyData } from './npy-dtype.js';
import { NpyFormatError, NpzFormatError } from './npz-errors.js';
import { findData, readDirectory, readFromMemory } from './zip-directory.js';
import { ZipDirectoryWriter } from './zip-directory-writer.js';
import { formatLocalHeader } from './zip-headers.js';
import { DEFLATED, STORED, type ZipEntry } from './zip-records.js';

/** The content of a `.npz`. Both records have no prototype, so any member name is safe. */
export interface Npz {
  /** The arrays, by name without `.npy` as in NumPy. */
  arrays: Record<string, NpyArray>;
  /** Other members' bytes, such as `meta.json`, by their full name. */
  files: Record<string, Uint8Array>;
}

/** One member to write: an array (see {@link NpyInput}), or raw bytes. */
export type NpzInput = NpyInput | { /** The member's bytes as they are. */ bytes: Uint8Array };

/** The members of a `.npz` that is to be written, in order, by their names as in NumPy. */
export type NpzInputs = Record<string, NpzInput> | ReadonlyMap<string, NpzInput>;

/** Options of {@link encodeNpz} and of writing a file. */
export interface EncodeNpzOptions {
  /**
   * Whether to deflate the members, as `numpy.savez_compressed` does, rather than to store them as `numpy.savez` does.
   *
   * @default false
   */
  compressed?: boolean;
}

/** Options of {@link decodeNpz} and of reading a file. */
export interface ReadNpzOptions {
  /** Names of the members to read, as in NumPy (an array's without `.npy`). Default: all. */
  only?: readonly string[];
}

/** Permissions of a member for tools that unpack it: embeddings identify people. */
export const MEMBER_MODE = 0o600;

/** How the name of an array's member ends. */
export const NPY_SUFFIX = '.npy';

/** A member's name as NumPy shows it: an array's without its suffix. */
export function shortName(name: string): string {
  return name.endsWith(NPY_SUFFIX) ? name.slice(0, -NPY_SUFFIX.length) : name;
}

/** Finds a member by its name with or without `.npy`. */
export function findEntry(entries: readonly ZipEntry[], name: string): ZipEntry {
  const entry = entries.find((e) => e.name === name) ?? entries.find((e) => e.name === name + NPY_SUFFIX);
  if (entry !== undefined) return entry;
  const found = entries.slice(0, 20).map((e) => shortName(e.name));
  throw new NpzFormatError(`there is no member "${name}"; found ${found.join(', ') || 'none'}`);
}

/** Throws unless the CRC-32 of what was read is the one that was stored. */
export function checkCrc(entry: ZipEntry, found: number): void {
  if (found !== entry.crc) {
    throw new NpzFormatError(
      `member "${entry.name}" is damaged: CRC-32 ${hex(found)} found, ${hex(entry.crc)} expected`,
    );
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/** Adds a member's name to an error about its array. */
export function naming<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NpyFormatError)) throw error;
    throw new NpyFormatError(`member "${name}": ${error.message}`);
  }
}

/**
 * Reads a `.npz` that is in memory.
 *
 * @param bytes the whole file; the result's arrays share no memory with it, `files` that are stored do
 * @throws NpzFormatError for a damaged or hostile container, NpyFormatError for such an array
 */
export function decodeNpz(bytes: Uint8Array, options: ReadNpzOptions = {}): Npz {
  const { entries } = readFromMemory(readDirectory(bytes.length), bytes);
  const wanted = options.only?.map((name) => findEntry(entries, name)) ?? entries;
  const npz: Npz = { arrays: Object.create(null), files: Object.create(null) };
  for (const entry of wanted) {
    const data = dataOf(entry, bytes);
    if (entry.name.endsWith(NPY_SUFFIX)) npz.arrays[shortName(entry.name)] = decodeArray(entry, data);
    else npz.files[entry.name] = decodeBytes(entry, data);
  }
  return npz;
}

/**
 * Reads the members of any zip file that is in memory, as bytes, in the directory's order.
 *
 * @param bytes the whole file; members that are stored share memory with it
 * @throws NpzFormatError for a damaged or hostile file
 */
export function readZip(bytes: Uint8Array): { name: string; bytes: Uint8Array }[] {
  const { entries } = readFromMemory(readDirectory(bytes.length), bytes);
  return entries.map((entry) => ({ name: entry.name, bytes: decodeBytes(entry, dataOf(entry, bytes)) }));
}

function dataOf(entry: ZipEntry, bytes: Uint8Array): Uint8Array {
  const start = readFromMemory(findData(entry, bytes.length), bytes);
  return bytes.subarray(start, start + entry.compressedSize);
}

function decodeArray(entry: ZipEntry, data: Uint8Array): NpyArray {
  return naming(entry.name, () => {
    if (entry.method === STORED) {
      checkCrc(entry, crc32(data));
      return decodeNpy(data);
    }
    const assembler = new NpyAssembler(entry.size);
    inflate(entry, data, (piece) => assembler.push(piece));
    return assembler.finish();
  });
}

function decodeBytes(entry: ZipEntry, data: Uint8Array): Uint8Array {
  if (entry.method === STORED) {
    checkCrc(entry, crc32(data));
    return data;
  }
  const pieces: Uint8Array[] = [];
  inflate(entry, data, (piece) => pieces.push(piece));
  return concatBytes(pieces);
}

function inflate(entry: ZipEntry, data: Uint8Array, sink: (piece: Uint8Array) => void): void {
  let crc = 0;
  const stream = new BoundedInflate(entry.name, entry.size, (piece) => {
    crc = crc32(piece, crc);
    sink(piece);
  });
  stream.push(data, true);
  checkCrc(entry, crc);
}

/**
 * Writes a `.npz` in memory. Equal content gives equal bytes.
 *
 * @throws NpyFormatError or NpzFormatError when a member cannot be written as such
 */
export function encodeNpz(members: NpzInputs, options: EncodeNpzOptions = {}): Uint8Array {
  const written: Uint8Array[] = [];
  const directory = new ZipDirectoryWriter();
  let offset = 0;
  const write = (bytes: Uint8Array): void => {
    written.push(bytes);
    offset += bytes.length;
  };
  for (const [name, input] of membersOf(members)) {
    const { entry, parts } = encodeMember(name, input, options.compressed ?? false);
    write(formatLocalHeader(directory.enter(entry, offset)));
    for (const part of parts) write(bytesOf(part));
  }
  const end = directory.finish(offset);
  return concatBytes([...written, end.directory, end.end]);
}

/** The members in order. */
export function membersOf(members: NpzInputs): Iterable<[string, NpzInput]> {
  return members instanceof Map ? members.entries() : Object.entries(members);
}

/** A member ready to be written: its directory entry and its bytes in order. */
export interface EncodedMember {
  /** What the directory will say. */
  entry: Omit<ZipEntry, 'localOffset'>;
  /** The bytes as they go into the file. */
  parts: Exclude<NpyData, string[]>[];
}

/**
 * Prepares a member.
 *
 * @param name name as in NumPy; an array gets `.npy` appended unless it has it
 * @param input array or raw bytes
 * @param compressed whether to deflate it
 */
export function encodeMember(name: string, input: NpzInput, compressed: boolean): EncodedMember {
  const raw = 'bytes' in input;
  const fullName = raw || name.endsWith(NPY_SUFFIX) ? name : name + NPY_SUFFIX;
  if (raw && name.endsWith(NPY_SUFFIX)) {
    throw new NpzFormatError(`member "${name}" is raw bytes, yet named as an array; choose another name`);
  }
  let parts: Exclude<NpyData, string[]>[];
  if (raw) {
    parts = [input.bytes];
  } else {
    const { header, body } = naming(name, () => encodeNpyParts(input));
    parts = [header, body];
  }
  const size = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const crc = parts.reduce((sum, part) => crcOf(part, sum), 0);
  if (compressed) parts = [deflateSync(concatBytes(parts.map(bytesOf)))];
  const compressedSize = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const method = compressed ? DEFLATED : STORED;
  return { entry: { name: fullName, method, crc, size, compressedSize, mode: MEMBER_MODE }, parts };
}

function crcOf(data: Exclude<NpyData, string[]>, start: number): number {
  let crc = start;
  for (const piece of pieces(data)) crc = crc32(piece, crc);
  return crc;
}

/** A typed array's bytes in views of at most 1 GiB: one view may not be longer than 4 GB in Node 20. */
export function* pieces(data: Exclude<NpyData, string[]>, size = 2 ** 30): Generator<Uint8Array> {
  for (let at = 0; at < data.byteLength; at += size) {
    const length = Math.min(size, data.byteLength - at);
    yield new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset + at, length);
  }
}
