import { type FileSystem, isNotFound, nodeFileSystem, realPathOf } from '@face-sets/files';
import { NpzReader, namingFile } from '@face-sets/npz/file';
import { CacheClosedError, CacheFormatError, InvalidArgumentError } from '../errors.js';
import { explaining } from '../explain-error.js';
import { fingerprintOf } from '../format/cache-base.js';
import type { Enrichment, FaceRow } from '../format/cache-layout.js';
import { type CacheMeta, SCHEMA } from '../format/cache-meta.js';
import { type CacheState, copyOfState, currentMeta, markEnriched } from '../format/cache-state.js';
import { checkFaceRow, checkRecord, copyRecord } from '../format/check-input.js';
import { ImageIndex } from '../format/image-index.js';
import type { ImageRecord } from '../format/image-record.js';
import { journalPath } from '../format/snapshot.js';
import { type Folded, writeFolded } from '../journal/fold.js';
import {
  encodeEnrichment,
  encodeFolded,
  encodeImage,
  encodeMetaChange,
  encodeUpdate,
} from '../journal/journal-format.js';
import { JournalRows } from '../journal/journal-rows.js';
import { JournalWriter } from '../journal/journal-writer.js';
import type { GrowFloats } from './grow-array.js';
import { LockFile } from './lock-file.js';
import { type Base, type OpenedCache, type OpenFaceCacheOptions, openLocked } from './open-face-cache.js';

const JOURNAL_LIMIT = 64 * 2 ** 20;

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
  /** Things the user should know about how the cache was found: a stale lock taken over, a torn journal. */
  readonly notices: readonly string[];
  readonly #fs: FileSystem;
  readonly #path: string;
  readonly #lock: LockFile;
  readonly #journal: JournalWriter;
  readonly #options: OpenFaceCacheOptions;
  readonly #state: CacheState;
  readonly #index: ImageIndex;
  readonly #boxes: GrowFloats;
  #base: Base;
  /** Offset in the journal of the first record that the `.npz` does not contain. */
  #recordsAt: number;
  #npzBytes = 0;
  #pending: Uint8Array[] = [];
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;
  #toldTool = false;
  #toldLandmarks = false;

  private constructor(parts: OpenedCache) {
    this.#fs = parts.fs;
    this.#path = parts.path;
    this.#lock = parts.lock;
    this.#journal = parts.journal;
    this.#options = parts.options;
    this.#state = parts.state;
    this.#index = new ImageIndex(parts.state.images);
    this.#boxes = parts.boxes;
    this.#base = parts.base;
    this.#recordsAt = parts.recordsAt;
    this.#npzBytes = parts.npzBytes;
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
   * @throws CacheFormatError, NpzFormatError or NpyFormatError when the file is no face cache or damaged
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
    return currentMeta(this.#state);
  }

  /** Images in order, superseded ones included; also those not flushed yet. */
  get images(): readonly ImageRecord[] {
    return this.#state.images;
  }

  /** Number of faces; also those not flushed yet. */
  get faceCount(): number {
    return this.#state.faces;
  }

  /** Number of records that {@link flush} would write. */
  get pendingCount(): number {
    return this.#pending.length;
  }

  /** Indices of an image's faces, in order. */
  facesOfImage(image: number): number[] {
    this.#checkImage(image);
    const { firstFace, faces } = this.#state;
    const first = firstFace[image];
    return Array.from({ length: (firstFace[image + 1] ?? faces) - first }, (_, i) => first + i);
  }

  /** Index of the image that a face is in. */
  imageOfFace(face: number): number {
    this.#checkFace(face);
    const { firstFace } = this.#state;
    let [low, high] = [0, firstFace.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (firstFace[middle] <= face) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Index of the image that has this path or alias and is not superseded, or `undefined`. */
  imageByPath(path: string): number | undefined {
    return this.#index.byPath(path);
  }

  /** Index of the image with this content, or `undefined`; a superseded one only where there is no other. */
  imageBySha256(sha256: string): number | undefined {
    return this.#index.bySha256(sha256);
  }

  /** A face's bbox `[x1, y1, x2, y2]` in pixels of the upright image. */
  faceBox(face: number): Float32Array {
    this.#checkFace(face);
    return this.#boxes.view(face * 4, face * 4 + 4).slice();
  }

  /** Whether {@link setEnrichment} was called for a face, in this session or an earlier one. */
  isEnriched(face: number): boolean {
    this.#checkFace(face);
    return this.#state.enriched[face] === 1;
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
    const image = this.#state.images.length;
    const dim =
      this.#state.images.length === 0
        ? this.#wantedMeta(false).embedding_dim
        : this.#state.meta.embedding_dim;
    checkRecord(record, faces.length);
    for (const face of faces) checkFaceRow(face, dim, record.path);
    const own = copyRecord(record);
    this.#index.add(image, own);
    this.#tell(false);
    this.#pending.push(encodeImage(image, own, faces, dim));
    this.#state.images.push(own);
    this.#state.firstFace.push(this.#state.faces);
    this.#state.faces += faces.length;
    for (const face of faces) this.#boxes.push(face.bbox);
    return image;
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
    this.#checkImage(image);
    const before = this.#state.images[image];
    const after = copyRecord({ ...before, ...patch, sha256: before.sha256 });
    checkRecord(after, this.facesOfImage(image).length);
    this.#index.replace(image, before, after);
    this.#tell(false);
    this.#pending.push(encodeUpdate(image, after));
    // Replaced, not changed: a fold that is under way keeps the record it began with.
    this.#state.images[image] = after;
  }

  /**
   * Sets a face's landmarks and pose; `null` where they could not be had. May be called again.
   *
   * @throws InvalidArgumentError when an array has a wrong length
   */
  setEnrichment(face: number, enrichment: Enrichment): void {
    this.#checkOpen();
    this.#checkFace(face);
    for (const [key, length] of [
      ['landmark2d106', 212],
      ['landmark3d68', 204],
      ['pose', 3],
    ] as const) {
      const found = enrichment[key]?.length ?? length;
      if (found !== length) throw new InvalidArgumentError(`${key} has ${found} numbers, expected ${length}`);
    }
    this.#tell(true);
    this.#pending.push(encodeEnrichment(face, enrichment));
    markEnriched(this.#state, face);
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
      if (this.#journal.length > this.#journalLimit()) await this.#foldNow();
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
        await this.#journal.close().catch(() => {});
        await this.#lock.release().catch(() => {});
      }
    });
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(() =>
      explaining(
        `cannot write ${this.#path}`,
        'everything flushed before is still there; make room or give permission, and run again',
        work,
      ),
    );
    this.#queue = done.catch(() => {});
    return done;
  }

  async #flushNow(): Promise<void> {
    if (this.#pending.length === 0) return;
    await this.#lock.verify();
    if (this.#journal.file === null) {
      await this.#journal.begin({ base: this.#base.fingerprint, meta: this.#state.meta });
      this.#recordsAt = this.#journal.length;
    }
    const batch = this.#pending;
    this.#pending = [];
    try {
      await this.#journal.append(batch);
    } catch (error) {
      this.#pending = batch.concat(this.#pending);
      throw error;
    }
  }

  async #foldNow(): Promise<void> {
    // More may be added while we wait for the disk; once nothing is pending, state and journal say the same.
    do await this.#flushNow();
    while (this.#pending.length > 0);
    const state = copyOfState(this.#state);
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

  #journalLimit(): number {
    return this.#options.journalLimit ?? Math.max(JOURNAL_LIMIT, this.#npzBytes / 2);
  }

  /** Notes the tool, and with enrichment the landmark models, before the first record of this session. */
  #tell(enriching: boolean): void {
    if (this.#toldTool && (this.#toldLandmarks || !enriching)) return;
    const meta = this.#wantedMeta(enriching);
    this.#toldTool = true;
    this.#toldLandmarks ||= enriching;
    if (JSON.stringify(meta) === JSON.stringify(this.#state.meta)) return;
    this.#state.meta = meta;
    this.#pending.push(encodeMetaChange(meta));
  }

  #wantedMeta(enriching: boolean): CacheMeta {
    const { meta, images } = this.#state;
    const { tool, models, detection, embeddingDim } = this.#options;
    const { landmark_2d_106 = meta.models.landmark_2d_106, landmark_3d_68 = meta.models.landmark_3d_68 } =
      (enriching ? models : meta.models) ?? {};
    // As long as there are no images, the settings are whoever's who adds the first.
    const fresh = images.length === 0;
    const { detection: detector, recognition } = (fresh ? models : undefined) ?? meta.models;
    return {
      schema: SCHEMA,
      models: {
        detection: detector,
        recognition,
        ...(landmark_2d_106 && { landmark_2d_106 }),
        ...(landmark_3d_68 && { landmark_3d_68 }),
      },
      embedding_dim: (fresh ? embeddingDim : undefined) ?? meta.embedding_dim,
      detection: (fresh ? detection : undefined) ?? meta.detection,
      tool,
      generation: meta.generation,
    };
  }

  #checkOpen(): void {
    if (this.#closed) throw new CacheClosedError('the face cache is closed');
  }

  #checkImage(image: number): void {
    const count = this.#state.images.length;
    if (Number.isInteger(image) && image >= 0 && image < count) return;
    throw new InvalidArgumentError(`there is no image ${image}; the cache has ${count}`);
  }

  #checkFace(face: number): void {
    if (Number.isInteger(face) && face >= 0 && face < this.#state.faces) return;
    throw new InvalidArgumentError(`there is no face ${face}; the cache has ${this.#state.faces}`);
  }
}
