import { type FileSystem, type OpenFile, readFully } from '@face-sets/files';
import { BoundedInflate } from '../bounded-inflate.js';
import { crc32 } from '../crc32.js';
import type { NpyArray } from '../npy.js';
import { allocateBytes, NpyAssembler } from '../npy-assembler.js';
import { checkCrc, findEntry, NPY_SUFFIX, naming, shortName } from '../npz.js';
import { NpzFormatError } from '../npz-errors.js';
import { findData, type ReadSteps, readDirectory, type ZipDirectory } from '../zip-directory.js';
import { STORED, type ZipEntry } from '../zip-records.js';

/** Bytes read at a time: large enough that calls cost nothing, small enough to stay in the processor's cache. */
const CHUNK_BYTES = 2 ** 20;
/** Bytes of an array that are read in one go, straight into its memory. */
const READ_BYTES = 4 * 2 ** 20;
/** How many such reads are under way at a time; as many as Node has threads for them. */
const READS_AHEAD = 4;
/** Enough for the header of any array that NumPy writes, so that most arrays need one small read. */
const FIRST_BYTES = 1024;

/** An open `.npz`, of which only the members that are asked for are read. */
export class NpzReader {
  /** Names of the members as in NumPy: arrays without `.npy`, in the file's order. */
  readonly names: readonly string[];
  readonly #file: OpenFile;
  readonly #size: number;
  readonly #directory: ZipDirectory;

  private constructor(file: OpenFile, size: number, directory: ZipDirectory) {
    this.#file = file;
    this.#size = size;
    this.#directory = directory;
    this.names = directory.entries.map((entry) => shortName(entry.name));
  }

  /** Use `openNpz`. */
  static async open(path: string, fs: FileSystem): Promise<NpzReader> {
    // Who opens a pipe would wait for someone to write into it. What a folder is, reading it tells.
    const info = await fs.stat(path);
    if (!info.isFile() && !info.isDirectory()) {
      throw new NpzFormatError('expected an .npz file, found a pipe or a device');
    }
    const file = await fs.open(path, 'r');
    try {
      const { size } = await file.stat();
      return new NpzReader(file, size, await readFromFile(readDirectory(size), file));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The directory's bytes: they hold every member's size and CRC, so they identify the file's content. */
  get directoryBytes(): Uint8Array {
    return this.#directory.bytes;
  }

  /** Whether a member is an array. */
  isArray(name: string): boolean {
    return findEntry(this.#directory.entries, name).name.endsWith(NPY_SUFFIX);
  }

  /** Length of a member's content in bytes. */
  sizeOf(name: string): number {
    return findEntry(this.#directory.entries, name).size;
  }

  /**
   * Reads an array.
   *
   * @param name with or without `.npy`
   * @param capacity least number of elements of `data`, so that rows can be added without a copy; those after
   *   the file's are 0. Default: exactly the file's
   * @throws NpzFormatError when there is no such member or it is damaged, NpyFormatError when it is not an array
   *   that is read
   */
  async read(name: string, capacity = 0): Promise<NpyArray> {
    const entry = findEntry(this.#directory.entries, name);
    if (!entry.name.endsWith(NPY_SUFFIX)) {
      throw new NpzFormatError(`member "${name}" is not an array; read its bytes`);
    }
    const assembler = new NpyAssembler(entry.size, capacity);
    if (entry.method === STORED) await this.#readStored(entry, assembler);
    else for await (const piece of this.chunks(name)) naming(name, () => assembler.push(piece));
    return naming(name, () => assembler.finish());
  }

  async #readStored(entry: ZipEntry, assembler: NpyAssembler): Promise<void> {
    let at = await readFromFile(findData(entry, this.#size), this.#file);
    const end = at + entry.size;
    let crc = 0;
    while (at < end && !assembler.started) {
      const piece = new Uint8Array(Math.min(FIRST_BYTES, end - at));
      await this.#fill(entry, piece, at);
      crc = crc32(piece, crc);
      naming(entry.name, () => assembler.push(piece));
      at += piece.length;
    }
    // Several reads at a time, since most of one is the system's work on memory that was never touched before.
    const reads: Promise<Uint8Array>[] = [];
    try {
      while (at < end || reads.length > 0) {
        while (at < end && reads.length < READS_AHEAD) {
          const piece = assembler.next(Math.min(READ_BYTES, end - at));
          reads.push(this.#fill(entry, piece, at).then(() => piece));
          at += piece.length;
        }
        crc = crc32(await (reads.shift() as Promise<Uint8Array>), crc);
      }
    } finally {
      await Promise.allSettled(reads);
    }
    checkCrc(entry, crc);
  }

  /** Reads a member's bytes as they are, inflated. */
  async readBytes(name: string): Promise<Uint8Array> {
    const entry = findEntry(this.#directory.entries, name);
    const bytes = allocateBytes(name, entry.size);
    let at = 0;
    for await (const piece of this.chunks(name)) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  /** The first bytes of a member, inflated; their CRC is not checked. */
  async readPrefix(name: string, length: number): Promise<Uint8Array> {
    const prefix = new Uint8Array(length);
    let at = 0;
    for await (const piece of this.chunks(name, length)) {
      const part = piece.subarray(0, length - at);
      prefix.set(part, at);
      at += part.length;
      if (at === length) break;
    }
    return prefix.subarray(0, at);
  }

  /**
   * A member's bytes, inflated, in pieces; the CRC is checked at the end. A piece may be reused once the next is
   * asked for.
   */
  async *chunks(name: string, chunkBytes = CHUNK_BYTES): AsyncGenerator<Uint8Array> {
    const entry = findEntry(this.#directory.entries, name);
    const inflated: Uint8Array[] = [];
    const stream =
      entry.method === STORED
        ? null
        : new BoundedInflate(entry.name, entry.size, (piece) => inflated.push(piece));
    const start = await readFromFile(findData(entry, this.#size), this.#file);
    const buffer = new Uint8Array(Math.min(chunkBytes, entry.compressedSize));
    let crc = 0;
    for (let at = 0; at < entry.compressedSize; at += buffer.length) {
      const piece = buffer.subarray(0, Math.min(buffer.length, entry.compressedSize - at));
      await this.#fill(entry, piece, start + at);
      stream?.push(piece, at + piece.length === entry.compressedSize);
      for (const part of stream === null ? [piece] : inflated.splice(0)) {
        crc = crc32(part, crc);
        yield part;
      }
    }
    checkCrc(entry, crc);
  }

  async #fill(entry: ZipEntry, target: Uint8Array, position: number): Promise<void> {
    if ((await readFully(this.#file, target, position)) < target.length) {
      throw new NpzFormatError(`member "${entry.name}" is cut off`);
    }
  }

  /** Closes the file. */
  async close(): Promise<void> {
    await this.#file.close();
  }
}

async function readFromFile<T>(steps: ReadSteps<T>, file: OpenFile): Promise<T> {
  let step = steps.next();
  while (!step.done) {
    const bytes = new Uint8Array(step.value.length);
    if ((await readFully(file, bytes, step.value.offset)) < bytes.length) {
      throw new NpzFormatError('the file is cut off, or is being changed while it is read');
    }
    step = steps.next(bytes);
  }
  return step.value;
}
