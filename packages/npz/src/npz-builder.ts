import { crc32 } from 'node:zlib';
import type { AtomicFile } from '@face-sets/files';
import { type EncodedMember, pieces } from './npz.js';
import { NpzFormatError } from './npz-errors.js';
import { formatDirectory, formatEnd, formatLocalHeader, STORED, type ZipEntry } from './zip-records.js';

/** Writes the members of a `.npz` one after the other into a file, then its directory. */
export class NpzBuilder {
  readonly #file: AtomicFile;
  readonly #entries: ZipEntry[] = [];

  /** @param file an empty file */
  constructor(file: AtomicFile) {
    this.#file = file;
  }

  /** Writes a member that is in memory. */
  async add(member: EncodedMember): Promise<void> {
    const entry = this.#enter(member.entry);
    await this.#file.write(formatLocalHeader(entry));
    for (const part of member.parts) {
      for (const piece of pieces(part)) await this.#file.write(piece);
    }
  }

  /**
   * Writes a stored member whose bytes come in pieces, in bounded memory.
   *
   * @param name full name, with `.npy` where it is an array
   * @param size number of bytes that will come
   * @param content the bytes; a piece may be reused once the next is asked for
   */
  async addStream(name: string, size: number, content: AsyncIterable<Uint8Array>): Promise<void> {
    const entry = this.#enter({ name, method: STORED, crc: 0, size, compressedSize: size, localOffset: 0 });
    await this.#file.write(formatLocalHeader(entry));
    const start = this.#file.position;
    for await (const piece of content) {
      entry.crc = crc32(piece, entry.crc);
      await this.#file.write(piece);
    }
    const written = this.#file.position - start;
    if (written !== size)
      throw new NpzFormatError(`member "${name}" came as ${written} bytes, ${size} announced`);
    // Only now is the CRC known.
    await this.#file.patch(formatLocalHeader(entry), entry.localOffset);
  }

  #enter(member: ZipEntry): ZipEntry {
    if (this.#entries.some((entry) => entry.name === member.name)) {
      throw new NpzFormatError(`member "${member.name}" was given twice`);
    }
    const entry = { ...member, localOffset: this.#file.position };
    this.#entries.push(entry);
    return entry;
  }

  /** Writes the directory and the end of the file; returns the directory's bytes (see `ZipDirectory.bytes`). */
  async finish(): Promise<Uint8Array> {
    const offset = this.#file.position;
    const directory = formatDirectory(this.#entries);
    await this.#file.write(directory);
    await this.#file.write(formatEnd({ offset, size: directory.length, count: this.#entries.length }));
    return directory;
  }
}
