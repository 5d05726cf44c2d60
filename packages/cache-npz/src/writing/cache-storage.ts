import { type FileSystem, isNotFound } from '@face-sets/files';
import { NpzReader } from '@face-sets/npz/file';
import { CacheFormatError } from '../errors.js';
import { fingerprintOf } from '../format/cache-base.js';
import type { CacheState } from '../format/cache-state.js';
import { type Folded, writeFolded } from '../journal/fold.js';
import { encodeFolded } from '../journal/journal-format.js';
import { JournalRows } from '../journal/journal-rows.js';
import type { JournalWriter } from '../journal/journal-writer.js';
import type { LockFile } from './lock-file.js';
import type { Base, OpenedCache } from './open-face-cache.js';

const JOURNAL_LIMIT = 64 * 2 ** 20;

/**
 * The files of a cache that is open for adding: lock, journal and `.npz`. Its methods are called one after the
 * other, never while another one is under way.
 */
export class CacheStorage {
  readonly #fs: FileSystem;
  readonly #path: string;
  readonly #lock: LockFile;
  readonly #journal: JournalWriter;
  readonly #limit: number | undefined;
  #base: Base;
  /** Offset in the journal of the first record that the `.npz` does not contain. */
  #recordsAt: number;
  #npzBytes: number;

  constructor(parts: OpenedCache) {
    this.#fs = parts.fs;
    this.#path = parts.path;
    this.#lock = parts.lock;
    this.#journal = parts.journal;
    this.#limit = parts.options.journalLimit;
    this.#base = parts.base;
    this.#recordsAt = parts.recordsAt;
    this.#npzBytes = parts.npzBytes;
  }

  /** The `.npz`. */
  get path(): string {
    return this.#path;
  }

  /** Whether the journal has grown past its limit. */
  get wantsFold(): boolean {
    return this.#journal.length > (this.#limit ?? Math.max(JOURNAL_LIMIT, this.#npzBytes / 2));
  }

  /** Makes sure that the lock is still ours, and begins a journal where there is none. */
  async prepare(state: CacheState): Promise<void> {
    await this.#lock.verify();
    if (this.#journal.file !== null) return;
    await this.#journal.begin({ base: this.#base.fingerprint, meta: state.meta });
    this.#recordsAt = this.#journal.length;
  }

  /** Appends records to the journal, which {@link prepare} has begun, and waits until they are on the disk. */
  async append(records: readonly Uint8Array[]): Promise<void> {
    await this.#journal.append(records);
  }

  /**
   * Writes the journal's content into the `.npz`. Does nothing when there is nothing new.
   *
   * @param state what `.npz` and journal say together; it must not change while this runs
   */
  async fold(state: CacheState): Promise<void> {
    const end = this.#journal.length;
    if (this.#base.fingerprint !== null && (this.#journal.file === null || end <= this.#recordsAt)) return;
    await this.#lock.verify();
    const journal = this.#journal.file;
    const { file, fingerprint } = await this.#writeFolded(state);
    try {
      await this.#lock.verify();
      // So that a journal that is still there after the replacement is known to be in it.
      if (journal !== null) await this.#journal.append([encodeFolded(fingerprint)]);
      await file.publish();
    } catch (error) {
      await file.discard();
      throw error;
    }
    this.#npzBytes = file.position;
    this.#base = { fingerprint, faces: state.faces };
    this.#recordsAt = this.#journal.length;
    await file.settle();
    if (journal !== null) await this.#journal.remove();
  }

  /** Closes the journal and gives the lock up. */
  async close(): Promise<void> {
    await this.#journal.close().catch(() => {});
    await this.#lock.release().catch(() => {});
  }

  async #writeFolded(state: CacheState): Promise<Folded> {
    const npz = await this.#openBase();
    try {
      const journal = this.#journal.file;
      const rows = journal === null ? new JournalRows() : await JournalRows.scan(journal, this.#recordsAt);
      const input = { npz, baseFaces: this.#base.faces, journal, rows, state };
      return await writeFolded(this.#fs, this.#path, await this.#mode(), input);
    } finally {
      // Before the replacement: Windows replaces no file that is open.
      await npz?.close();
    }
  }

  async #openBase(): Promise<NpzReader | null> {
    if (this.#base.fingerprint === null) return null;
    const npz = await NpzReader.open(this.#path, this.#fs);
    if (fingerprintOf(npz.directoryBytes) === this.#base.fingerprint) return npz;
    await npz.close();
    throw new CacheFormatError(
      `${this.#path} was replaced by another program while it was open; put the old file back and run again`,
    );
  }

  async #mode(): Promise<number> {
    try {
      return (await this.#fs.stat(this.#path)).mode & 0o777;
    } catch (error) {
      if (isNotFound(error)) return 0o600;
      throw error;
    }
  }
}
