import type { AtomicFile } from '@face-sets/files';
import { crc32 } from '../crc32.js';
import { type EncodedMember, MEMBER_MODE, pieces } from '../npz.js';
import { NpzFormatError } from '../npz-errors.js';
import { ZipDirectoryWriter } from '../zip-directory-writer.js';
import { formatLocalHeader } from '../zip-headers.js';
import { STORED } from '../zip-records.js';

/** What a `.npz` is written to. */
type Output = Pick<AtomicFile, 'write' | 'patch' | 'position'>;

/** Writes the members of a `.npz` one after the other into a file, then its directory. */
export class NpzBuilder {
  readonly #file: Output;
  readonly #directory = new ZipDirectoryWriter();

  /** @param file an empty file */
  constructor(file: Output) {
    this.#file = file;
  }

  /** Writes a member that is in memory. */
  async add(member: EncodedMember): Promise<void> {
    await this.#file.write(formatLocalHeader(this.#directory.enter(member.entry, this.#file.position)));
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
    const member = { name, method: STORED, crc: 0, size, compressedSize: size, mode: MEMBER_MODE };
    const entry = this.#directory.enter(member, this.#file.position);
    await this.#file.write(formatLocalHeader(entry));
    const start = this.#file.position;
    for await (const piece of content) {
      entry.crc = crc32(piece, entry.crc);
      await this.#file.write(piece);
    }
    const written = this.#file.position - start;
    if (written !== size)
      throw new NpzFormatError(`member "${name}" has ${written} bytes, ${size} were announced`);
    // Only now is the CRC known.
    await this.#file.patch(formatLocalHeader(entry), entry.localOffset);
  }

  /** Writes the directory and the end of the file; returns the directory's bytes (see `ZipDirectory.bytes`). */
  async finish(): Promise<Uint8Array> {
    const { directory, end } = this.#directory.finish(this.#file.position);
    await this.#file.write(directory);
    await this.#file.write(end);
    return directory;
  }
}
