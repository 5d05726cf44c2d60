import { nodeFileSystem, realPathOf } from '@face-sets/files';
import { namingFile } from '@face-sets/npz/file';
import { CacheClosedError } from '../errors.js';
import { explaining } from '../explain-error.js';
import type { Enrichment, FaceRow } from '../format/cache-layout.js';
import type { CacheMeta } from '../format/cache-meta.js';
import { currentMeta } from '../format/cache-state.js';
import type { ImageRecord } from '../format/image-record.js';
import { journalPath } from '../format/snapshot.js';
import { JournalWriter } from '../journal/journal-writer.js';
import { CacheContents } from './cache-contents.js';
import { CacheStorage } from './cache-storage.js';
import { LockFile } from './lock-file.js';
import { type OpenedCache, type OpenFaceCacheOptions, openLocked } from './open-face-cache.js';

/**
 * A face cache open for adding.
 *
 * What is added is kept in memory until {@link flush}, which appends it to `<path>.journal` and waits for the
 * disk; that costs the same however large the cache is. {@link fold} moves the journal into the `.npz` by
 * replacing it in one step. A crash at any instant loses what was not flushed and nothing else.
 *
 * In memory are the image records (about 500 bytes each) and 25 bytes per face; never embeddings or landmarks.
 */
export class FaceCacheWriter {
  /** Messages for the user about the state of the cache: a stale lock that was taken over, a torn journal. */
  readonly notices: readonly string[];
  readonly #contents: CacheContents;
  readonly #storage: CacheStorage;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(parts: OpenedCache) {
    this.#contents = new CacheContents(parts);
    this.#storage = new CacheStorage(parts);
    this.notices = parts.notices;
  }

  /**
   * Opens a cache for writing, or prepares a new one (no file but the lock is written before the first flush).
   * A journal that a crash left is taken up where its sound part ends.
   *
   * @param path the `.npz`; its folder must exist
   * @param options what will be added, and by whom
   * @throws CacheLockedError when another writer has it
   * @throws CacheModelMismatchError when it holds results of other models or settings
   * @throws CacheFormatError, NpzFormatError or NpyFormatError when the file is not a face cache or damaged
   * @throws CacheNotFoundError when there is none and `options` lacks what it takes to create one
   * @throws CacheIoError when the disk refuses
   */
  static async open(path: string, options: OpenFaceCacheOptions): Promise<FaceCacheWriter> {
    const fs = options.fileSystem ?? nodeFileSystem;
    return explaining(`cannot open ${path}`, 'check the path and its permissions', async () => {
      const real = await realPathOf(fs, path);
      const lock = await LockFile.acquire(fs, `${real}.lock`);
      const journal = new JournalWriter(fs, journalPath(real));
      try {
        return new FaceCacheWriter(
          await namingFile(path, () => openLocked(fs, real, options, lock, journal)),
        );
      } catch (error) {
        await journal.close().catch(() => {});
        await lock.release().catch(() => {});
        throw error;
      }
    });
  }

  /** What the cache was made with. */
  get meta(): CacheMeta {
    return currentMeta(this.#contents.state);
  }

  /** Images in order, superseded ones included; also those not flushed yet. */
  get images(): readonly ImageRecord[] {
    return this.#contents.state.images;
  }

  /** Number of faces; also those not flushed yet. */
  get faceCount(): number {
    return this.#contents.state.faces;
  }

  /** Number of records that {@link flush} would write. */
  get pendingCount(): number {
    return this.#contents.pendingCount;
  }

  /** Indices of an image's faces, in order. */
  facesOfImage(image: number): number[] {
    return this.#contents.facesOfImage(image);
  }

  /** Index of the image that a face is in. */
  imageOfFace(face: number): number {
    return this.#contents.imageOfFace(face);
  }

  /** Index of the image that has this path or alias and is not superseded, or `undefined`. */
  imageByPath(path: string): number | undefined {
    return this.#contents.index.byPath(path);
  }

  /** Index of the image with this content, or `undefined`; a superseded one only where there is no other. */
  imageBySha256(sha256: string): number | undefined {
    return this.#contents.index.bySha256(sha256);
  }

  /** A face's bbox `[x1, y1, x2, y2]` in pixels of the upright image. */
  faceBox(face: number): Float32Array {
    return this.#contents.faceBox(face);
  }

  /** Whether {@link setEnrichment} was called for a face, in this session or an earlier one. */
  isEnriched(face: number): boolean {
    return this.#contents.isEnriched(face);
  }

  /**
   * Adds an image with its faces.
   *
   * @param record the image; its path, aliases and content must not be those of an image that is there and not
   *   superseded
   * @param faces its faces in order; at least one with status `faces`, none otherwise
   * @returns the image's index
   * @throws InvalidArgumentError when a field, a length or a number is not as it must be; nothing is added then
   */
  addImage(record: ImageRecord, faces: readonly FaceRow[] = []): number {
    this.#checkOpen();
    return this.#contents.addImage(record, faces);
  }

  /**
   * Changes what is known of an image: where it lies, that it is superseded, its status. Its content (`sha256`)
   * and faces stay.
   *
   * @param image its index
   * @param patch the fields to replace; one that is `undefined` is removed
   * @throws InvalidArgumentError when the result is not as a record must be; nothing is changed then
   */
  updateImage(image: number, patch: Partial<Omit<ImageRecord, 'sha256'>>): void {
    this.#checkOpen();
    this.#contents.updateImage(image, patch);
  }

  /**
   * Sets a face's landmarks and pose; `null` where they could not be had. May be called again.
   *
   * @throws InvalidArgumentError when an array has a wrong length
   */
  setEnrichment(face: number, enrichment: Enrichment): void {
    this.#checkOpen();
    this.#contents.setEnrichment(face, enrichment);
  }

  /**
   * Appends everything new to the journal and waits until it is on the disk. Folds when the journal has grown
   * past its limit.
   *
   * @throws CacheIoError when the disk refuses: nothing is lost, neither what was there nor what is new, and
   *   flush may be called again
   */
  async flush(): Promise<void> {
    this.#checkOpen();
    await this.#enqueue(async () => {
      await this.#flushNow();
      if (this.#storage.wantsFold) await this.#foldNow();
    });
  }

  /**
   * Flushes, then writes the journal's content into the `.npz`: a new file beside it, made durable, takes its
   * place in one step. Does nothing when there is nothing new.
   *
   * @throws CacheIoError when the disk refuses: the old `.npz` and the journal are still there
   */
  async fold(): Promise<void> {
    this.#checkOpen();
    await this.#enqueue(() => this.#foldNow());
  }

  /**
   * Folds what is new and gives the lock up. The writer cannot be used any more, even if this throws.
   *
   * @param options `fold: false` leaves the journal for the next time
   * @throws CacheIoError when the disk refuses
   */
  async close(options: { fold?: boolean } = {}): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#enqueue(async () => {
      try {
        if (options.fold ?? true) await this.#foldNow();
        else await this.#flushNow();
      } finally {
        await this.#storage.close();
      }
    });
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(() =>
      explaining(
        `cannot write ${this.#storage.path}`,
        'everything flushed before is still there; make room or give permission, and run again',
        work,
      ),
    );
    this.#queue = done.catch(() => {});
    return done;
  }

  async #flushNow(): Promise<void> {
    if (this.#contents.pendingCount === 0) return;
    await this.#storage.prepare(this.#contents.state);
    const batch = this.#contents.takePending();
    try {
      await this.#storage.append(batch);
    } catch (error) {
      this.#contents.putBack(batch);
      throw error;
    }
  }

  async #foldNow(): Promise<void> {
    // More may be added while we wait for the disk; once nothing is pending, state and journal say the same.
    do await this.#flushNow();
    while (this.#contents.pendingCount > 0);
    await this.#storage.fold(this.#contents.copyState());
  }

  #checkOpen(): void {
    if (this.#closed) throw new CacheClosedError('the face cache is closed');
  }
}
