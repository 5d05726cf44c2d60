import { dirname } from 'node:path';
import { type FileSystem, type OpenFile, removeIfThere, syncFolder, writeFully } from '@face-sets/files';
import { encodeHeader, JOURNAL_MAGIC, type JournalHeader } from './journal-format.js';

/**
 * Appends to a journal. What `append` returned from is on the disk; what it threw on is not in the file, so that
 * the same records can be appended again.
 */
export class JournalWriter {
  readonly #fs: FileSystem;
  readonly #path: string;
  #file: OpenFile | null = null;
  #length = 0;
  #torn = false;

  /** @param path the journal, which need not be there yet */
  constructor(fs: FileSystem, path: string) {
    this.#fs = fs;
    this.#path = path;
  }

  /** The journal open for reading and writing, or `null` when there is none. */
  get file(): OpenFile | null {
    return this.#file;
  }

  /** Length of the sound part in bytes; 0 when there is no journal. */
  get length(): number {
    return this.#length;
  }

  /** Goes on with a journal that is there, dropping what follows its sound part. */
  async continueAt(length: number): Promise<void> {
    this.#file = await this.#fs.open(this.#path, 'r+');
    this.#length = length;
    this.#torn = true;
    await this.#mend();
  }

  /** Begins a journal. */
  async begin(header: JournalHeader): Promise<void> {
    await removeIfThere(this.#fs, this.#path);
    const file = await this.#fs.open(this.#path, 'wx+', 0o600);
    try {
      const start = Buffer.concat([JOURNAL_MAGIC, encodeHeader(header)]);
      await writeFully(file, start, 0);
      // Before any record follows: a header that cannot be read must mean an empty journal.
      await file.sync();
      await syncFolder(dirname(this.#path), this.#fs);
      this.#file = file;
      this.#length = start.length;
      this.#torn = false;
    } catch (error) {
      await file.close().catch(() => {});
      await this.#fs.unlink(this.#path).catch(() => {});
      throw error;
    }
  }

  /** Appends records and waits until they are on the disk. The cost does not depend on the journal's length. */
  async append(records: readonly Uint8Array[]): Promise<void> {
    const file = this.#file as OpenFile;
    await this.#mend();
    const bytes = records.length === 1 ? records[0] : Buffer.concat(records);
    // Until synced, the tail is taken for torn. That holds for a failed sync too: Linux may then have dropped
    // the data and forgotten it, so that only writing it again helps.
    this.#torn = true;
    try {
      await writeFully(file, bytes, this.#length);
      await file.sync();
    } catch (error) {
      await this.#mend().catch(() => {});
      throw error;
    }
    this.#length += bytes.length;
    this.#torn = false;
  }

  async #mend(): Promise<void> {
    if (!this.#torn) return;
    await (this.#file as OpenFile).truncate(this.#length);
    this.#torn = false;
  }

  /** Removes the journal. */
  async remove(): Promise<void> {
    await this.close();
    this.#length = 0;
    await removeIfThere(this.#fs, this.#path);
    await syncFolder(dirname(this.#path), this.#fs);
  }

  /** Closes the file. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }
}
