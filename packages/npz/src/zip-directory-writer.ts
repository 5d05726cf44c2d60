import { NpzFormatError } from './npz-errors.js';
import { formatDirectory, formatEnd } from './zip-headers.js';
import type { ZipEntry } from './zip-records.js';

/** Collects the entries of a zip file while its members are written, and makes the directory that ends the file. */
export class ZipDirectoryWriter {
  readonly #entries: ZipEntry[] = [];
  readonly #names = new Set<string>();

  /**
   * Enters a member. Its local header (see {@link formatLocalHeader}) and its bytes are to be written next.
   *
   * @param member what is known of it; what is set in the result until {@link finish} counts as well
   * @param localOffset where its local header begins in the file
   * @returns the entry
   * @throws NpzFormatError where a member of that name was entered before
   */
  enter(member: Omit<ZipEntry, 'localOffset'>, localOffset: number): ZipEntry {
    if (this.#names.has(member.name)) throw new NpzFormatError(`member "${member.name}" was given twice`);
    this.#names.add(member.name);
    const entry = { ...member, localOffset };
    this.#entries.push(entry);
    return entry;
  }

  /**
   * The directory and the end of the file.
   *
   * @param offset where the directory begins in the file
   */
  finish(offset: number): { directory: Uint8Array; end: Uint8Array } {
    const directory = formatDirectory(this.#entries);
    const unix = this.#entries.some(({ mode }) => mode !== undefined);
    const count = this.#entries.length;
    return { directory, end: formatEnd({ offset, size: directory.length, count }, unix) };
  }
}
