import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import {
  type FaceCacheWriter,
  type FaceRow,
  type ImageRecord,
  placesOf,
  recordPlaces,
} from '@face-sets/cache-npz';
import { pathToFs } from '@face-sets/files';
import {
  ImageDecodeError,
  inShard,
  type ListedPhoto,
  type ListProblem,
  listPhotos,
  type Shard,
  type SideFileKind,
  sideFileKindBelow,
} from '@face-sets/photos';
import { pMapIterable } from 'p-map';
import type { AnalyzePhotoOptions, PhotoEngine } from '../analysis/photo-engine.js';
import { type FlushOptions, flushPolicy } from './flush-policy.js';
import { PendingPlaces } from './pending-places.js';

/** How far a run of {@link embedLibrary} has come. */
export interface EmbedProgress {
  stage: 'listing' | 'embedding';
  /** Photos listed so far (`listing`), or photos dealt with (`embedding`). */
  done: number;
  /** Photos to deal with; known from the start of `embedding`. */
  total: number;
  /** Faces found in this run. */
  faces: number;
}

export interface EmbedLibraryOptions extends FlushOptions, AnalyzePhotoOptions {
  /** Globs relative to each source; see `listPhotos`. */
  exclude?: readonly string[];
  /** Take only this share of the photos; see `inShard`. Default: all of them. */
  shard?: Shard;
  /** Take thumbnails, trash and other side files too; see `listPhotos`. Default: no. */
  includeHidden?: boolean;
  /**
   * Photos to open at most, in the order of the listing; the next run goes on with the others. Default: all that are new or
   * have changed.
   */
  limit?: number;
  /**
   * What becomes of the faces of photos that are no longer there: `keep` leaves them in the cache, `remove` marks their
   * records as superseded, so that no output has them; when a photo comes back, so do its faces, without another search. Below
   * a source in which no photo at all was found nothing is removed: the disk may not be there. Default `keep`.
   */
  missing?: 'keep' | 'remove';
  /** Photos in work at once. Default: twice `engine.parallel`, so that the next ones are read meanwhile. */
  concurrency?: number;
  /**
   * Try photos again that failed before, although they have not changed: a newer version may read what an older one could
   * not. Default: no.
   */
  retryFailed?: boolean;
  /**
   * With `rotateRetry`: known photos, by their SHA-256, that are searched again, since they were first searched without
   * it; see `photosToTurn`. One that is best as it is keeps its faces; one that is turned has new ones. Default: none.
   */
  searchAgain?: ReadonlySet<string>;
  /** When aborted, the photos in hand are finished and flushed, and the summary says `interrupted`. */
  signal?: AbortSignal;
  onProgress?: (progress: EmbedProgress) => void;
  /**
   * Called once, when all photos are listed and before the first is opened. What it throws ends the run there.
   *
   * @param listing Photos found, their bytes, those that are to be opened, and one of them.
   */
  onListed?: (listing: {
    photos: number;
    bytes: number;
    toOpen: number;
    example: string | undefined;
  }) => void | Promise<void>;
}

/** A photo that could not be embedded, and why. */
export interface PhotoFailure {
  path: string;
  /** One line. */
  message: string;
}

/** What a run of {@link embedLibrary} did. */
export interface EmbedSummary {
  /** Photos found below the sources. */
  listed: number;
  /** Photos that the cache knows at this place with this content, and could be decoded. */
  unchanged: number;
  /** Distinct contents decoded and searched for faces in this run. */
  embedded: number;
  /** Faces found in this run. */
  faces: number;
  /** Contents searched in this run in which no face was found. */
  noface: number;
  /** Files with the same bytes as a photo already in the cache (or found earlier in this run). */
  duplicates: number;
  /** Known contents that were found at a new path while their old path is gone, or are there again. */
  moved: number;
  /** Photos that were not opened yet, because of `limit`. */
  left: number;
  /**
   * Photos that failed in this run, and those that failed in an earlier one and have not changed since, each once. Unless the
   * run was ended early, `listed` is the sum of `unchanged`, `embedded`, `duplicates`, `moved`, `left` and these.
   */
  failures: PhotoFailure[];
  /** Folders and files that could not be listed. */
  problems: ListProblem[];
  /** Folders that were left out since they are outputs of face-sets. */
  ownOutputs: string[];
  /** Paths of the cache below the sources that are no longer there; their faces are kept. */
  missing: string[];
  /** With `missing: 'remove'`: such paths whose faces were taken out. */
  removed: string[];
  /** Folders and photo files that were left out as side files, by kind, with the name of one of each. */
  sideFiles: Partial<Record<SideFileKind, { folders: number; files: number; example: string }>>;
  /** Files that were passed over, by extension in lower case: raw files, videos, pictures in other formats. */
  passedOver: Record<string, number>;
  /** Raw files that were left out since the same shot lies beside them as a JPEG or HEIF. */
  companions: number;
  /** Whether the run was ended early by its signal. */
  interrupted: boolean;
}

interface Candidate {
  photo: ListedPhoto;
  bytes: Buffer | null;
  sha256: string;
  failure?: string;
}

interface Embedded {
  candidate: Candidate;
  /** `null`: nothing to embed: the bytes are known, or could not be read. */
  result: {
    record: Pick<ImageRecord, 'width' | 'height' | 'status' | 'error' | 'truncated' | 'rotation'>;
    faces: FaceRow[];
  } | null;
}

/**
 * Embeds every photo below `sources` that the cache does not hold yet, and keeps the cache's paths up to date.
 *
 * Stages: list → read and hash → decode → detect, align and embed → append. They overlap; of each of
 * the last two at most `2 × concurrency` photos are in memory, as files. Rows are appended in listing order whatever finishes first, so the
 * same tree gives the same cache. A photo that fails is recorded with its reason and the run goes on.
 *
 * - A path with the size and time of change that the cache has for it is not opened.
 * - Bytes already known (by sha256) cost no inference: the path becomes an alias, or the record's path when
 *   the old path is gone.
 * - A path whose content changed is embedded anew; its former content is marked superseded unless it is still
 *   to be found under another path.
 * - With `retryFailed`, photos that failed before are tried again.
 *
 * The caller opens and closes the cache; this function flushes its journal.
 *
 * @throws {SourceError} when a source is missing.
 */
export async function embedLibrary(
  sources: readonly string[],
  cache: FaceCacheWriter,
  engine: PhotoEngine,
  options: EmbedLibraryOptions = {},
): Promise<EmbedSummary> {
  const { signal, onProgress } = options;
  const flush = flushPolicy(cache, options);
  const summary: EmbedSummary = {
    listed: 0,
    unchanged: 0,
    embedded: 0,
    faces: 0,
    noface: 0,
    duplicates: 0,
    moved: 0,
    left: 0,
    failures: [],
    problems: [],
    ownOutputs: [],
    missing: [],
    removed: [],
    sideFiles: {},
    passedOver: {},
    companions: 0,
    interrupted: false,
  };

  const pending: ListedPhoto[] = [];
  const seen = new Set<string>();
  const mtimeAt = knownTimes();
  let bytes = 0;
  const report = (stage: EmbedProgress['stage'], done: number) =>
    onProgress?.({ stage, done, total: pending.length, faces: summary.faces });

  for await (const photo of listPhotos(sources, {
    exclude: options.exclude,
    shard: options.shard,
    includeHidden: options.includeHidden,
    onSideFile: (left) => countSideFile(summary.sideFiles, left),
    onPassedOver: ({ extension }) => {
      summary.passedOver[extension] = (summary.passedOver[extension] ?? 0) + 1;
    },
    onCompanion: () => summary.companions++,
    onProblem: (problem) => summary.problems.push(problem),
    onOwnOutput: (folder) => summary.ownOutputs.push(folder),
  })) {
    if (signal?.aborted) break;
    // Sources may overlap.
    if (seen.has(photo.path)) continue;
    seen.add(photo.path);
    summary.listed++;
    bytes += photo.size;
    const index = cache.imageByPath(photo.path);
    const known = index === undefined ? undefined : cache.images[index];
    const same = known && known.size === photo.size && mtimeAt(known, photo.path) === photo.mtime;
    if (same && !isRetried(known, options)) {
      if (known.status !== 'error') summary.unchanged++;
      else summary.failures.push({ path: photo.path, message: known.error ?? 'unknown error' });
    } else pending.push(photo);
    report('listing', summary.listed);
  }

  if (!signal?.aborted && !options.includeHidden) releaseSideFiles(cache, sources, seen, options.shard);
  if (options.limit !== undefined) summary.left = pending.splice(options.limit).length;
  const [example] = seen;
  if (!signal?.aborted) {
    await options.onListed?.({ photos: summary.listed, bytes, toOpen: pending.length, example });
  }

  let done = 0;
  report('embedding', done);
  if (!signal?.aborted) await engine.prepare?.(pending.length);
  const concurrency = options.concurrency ?? 2 * engine.parallel;
  const queued = new Set<string>();
  const candidates = pMapIterable(untilAborted(pending, signal), readCandidate, {
    concurrency,
    backpressure: 2 * concurrency,
  });
  // One consumer hands out work in listing order, so that of two equal files the first is the canonical one.
  async function* planned(): AsyncGenerator<{ candidate: Candidate; embed: boolean }> {
    for await (const candidate of candidates) {
      const index = cache.imageBySha256(candidate.sha256);
      const embed =
        candidate.bytes !== null &&
        !queued.has(candidate.sha256) &&
        (index === undefined || isRetried(cache.images[index]!, options));
      if (embed) queued.add(candidate.sha256);
      else candidate.bytes = null;
      yield { candidate, embed };
    }
  }
  const results = pMapIterable(
    planned(),
    async ({ candidate, embed }): Promise<Embedded> => ({
      candidate,
      result: embed ? await embedPhoto(candidate, engine, options) : null,
    }),
    { concurrency, backpressure: 2 * concurrency },
  );
  const waiting = new PendingPlaces(cache);
  for await (const { candidate, result } of results) {
    commit(cache, candidate, result, summary, waiting);
    await flush.photoDone();
    report('embedding', ++done);
  }
  waiting.recordAll();
  summary.interrupted = signal?.aborted ?? false;
  if (!summary.interrupted) {
    const gone = missingPaths(cache, sources, seen, options.shard);
    if (options.missing === 'remove') summary.removed = removable(gone, sources, seen, summary.problems);
    releasePaths(cache, new Set(summary.removed));
    const removed = new Set(summary.removed);
    summary.missing = gone.filter((path) => !removed.has(path));
  }
  await cache.flush();
  return summary;
}

function* untilAborted<T>(items: Iterable<T>, signal?: AbortSignal): Generator<T> {
  for (const item of items) {
    if (signal?.aborted) return;
    yield item;
  }
}

async function readCandidate(photo: ListedPhoto): Promise<Candidate> {
  try {
    const bytes = await readFile(pathToFs(photo.path));
    return { photo, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return {
      photo,
      bytes: null,
      sha256: '',
      failure: `file cannot be read: ${code ?? (error as Error).message}`,
    };
  }
}

async function embedPhoto(
  candidate: Candidate,
  engine: PhotoEngine,
  { rotateRetry, limitInputPixels }: AnalyzePhotoOptions,
): Promise<NonNullable<Embedded['result']>> {
  const bytes = candidate.bytes!;
  candidate.bytes = null;
  try {
    const photo = await engine.analyze(bytes, { rotateRetry, limitInputPixels });
    const { width, height, faces, truncated, rotation } = photo;
    return {
      record: {
        width,
        height,
        status: faces.length > 0 ? 'faces' : 'noface',
        ...(truncated && { truncated }),
        // 0 says that all turns were looked at: the next run need not.
        ...((rotation !== 0 || rotateRetry) && { rotation }),
      },
      faces,
    };
  } catch (error) {
    // Anything else is a fault of the program or the machine: recording it would lose the photo for good.
    if (!(error instanceof ImageDecodeError)) throw error;
    return { record: { width: 0, height: 0, status: 'error', error: error.message }, faces: [] };
  }
}

function commit(
  cache: FaceCacheWriter,
  candidate: Candidate,
  result: Embedded['result'],
  summary: EmbedSummary,
  waiting: PendingPlaces,
): void {
  const { photo, sha256, failure } = candidate;
  if (failure !== undefined) {
    // Unreadable now says nothing about the content: it is not recorded, so that the next run tries again.
    summary.failures.push({ path: photo.path, message: failure });
    return;
  }
  releasePath(cache, photo.path, sha256, waiting);
  const known = cache.imageBySha256(sha256);
  if (known !== undefined && result === null) {
    joinKnown(cache, known, photo, summary, waiting);
    return;
  }
  const { record, faces } = result!;
  const places = { path: photo.path, pathAliases: [], mtime: photo.mtime };
  let isNew = true;
  if (known === undefined) cache.addImage({ ...places, sha256, size: photo.size, ...record }, faces);
  else {
    waiting.record(known);
    if (replaceRecord(cache, known, photo, record, faces) === 'kept') isNew = false;
  }
  if (record.status === 'error') {
    summary.failures.push({ path: photo.path, message: record.error! });
    return;
  }
  summary.embedded++;
  if (isNew) summary.faces += faces.length;
  if (record.status === 'noface') summary.noface++;
}

/** Whether a known photo is decoded and searched again. */
function isRetried(record: ImageRecord, { retryFailed, searchAgain }: EmbedLibraryOptions): boolean {
  if (record.superseded) return false;
  if (record.status === 'error') return retryFailed ?? false;
  return record.rotation === undefined && (searchAgain?.has(record.sha256) ?? false);
}

/** Records what came of a photo that was searched again: its former faces are kept, or give way to new ones. */
function replaceRecord(
  cache: FaceCacheWriter,
  index: number,
  photo: ListedPhoto,
  record: NonNullable<Embedded['result']>['record'],
  faces: readonly FaceRow[],
): 'kept' | 'replaced' {
  const former = cache.images[index]!;
  const here = { path: photo.path, mtime: photo.mtime };
  const known = placesOf(former);
  const at = known.findIndex(({ path }) => path === photo.path);
  const places = recordPlaces(at >= 0 ? known.with(at, here) : [...known, here]);
  if (former.status !== 'error' && (record.status === 'error' || record.rotation === 0)) {
    cache.updateImage(index, { ...places, rotation: 0 });
    return 'kept';
  }
  if (faces.length === 0) {
    cache.updateImage(index, { ...places, error: undefined, ...record });
    return 'replaced';
  }
  // An image's faces come with it: the record gives way to a new one.
  cache.updateImage(index, { superseded: true });
  cache.addImage({ ...places, sha256: former.sha256, size: photo.size, ...record }, faces);
  return 'replaced';
}

/** Looks up the time of change that each place of a record had; a record with thousands of copies is walked through once. */
function knownTimes(): (record: ImageRecord, path: string) => number | undefined {
  const times = new WeakMap<ImageRecord, Map<string, number>>();
  return (record, path) => {
    if (path === record.path) return record.mtime;
    let ofRecord = times.get(record);
    if (!ofRecord) {
      ofRecord = new Map(placesOf(record).map((place) => [place.path, place.mtime]));
      times.set(record, ofRecord);
    }
    return ofRecord.get(path);
  };
}

/** Takes a path away from the record of the content that used to be there, if it holds another content now. */
function releasePath(cache: FaceCacheWriter, path: string, sha256: string, waiting: PendingPlaces): void {
  const index = cache.imageByPath(path);
  if (index === undefined) return;
  const former = cache.images[index]!;
  if (former.sha256 === sha256) return;
  waiting.record(index);
  const places = placesOf(cache.images[index]!).filter((place) => place.path !== path);
  cache.updateImage(index, places.length > 0 ? recordPlaces(places) : { superseded: true });
}

/** Records that a known content is to be found at `photo.path` too. */
function joinKnown(
  cache: FaceCacheWriter,
  index: number,
  { path, mtime }: ListedPhoto,
  summary: EmbedSummary,
  waiting: PendingPlaces,
): void {
  const known = cache.images[index]!;
  const here = { path, mtime };
  let outcome: 'unchanged' | 'duplicates' | 'moved';
  if (known.superseded) {
    cache.updateImage(index, { ...recordPlaces([here]), superseded: undefined });
    outcome = 'moved';
  } else if (cache.imageByPath(path) === index) {
    waiting.add(index, path, mtime);
    outcome = 'unchanged';
  } else if (!existsSync(pathToFs(known.path))) {
    waiting.record(index);
    cache.updateImage(index, recordPlaces([here, ...placesOf(cache.images[index]!).slice(1)]));
    outcome = 'moved';
  } else {
    waiting.add(index, path, mtime);
    outcome = 'duplicates';
  }
  if (known.status === 'error') summary.failures.push({ path, message: known.error ?? 'unknown error' });
  else summary[outcome]++;
}

function countSideFile(
  counts: EmbedSummary['sideFiles'],
  { path, kind, isFolder }: { path: string; kind: SideFileKind; isFolder: boolean },
): void {
  const of = counts[kind] ?? { folders: 0, files: 0, example: basename(path) };
  counts[kind] = of;
  if (isFolder) of.folders++;
  else of.files++;
}

/** Takes away the paths of side files, which earlier versions, or a run with `includeHidden`, took for photos. */
function releaseSideFiles(
  cache: FaceCacheWriter,
  sources: readonly string[],
  seen: ReadonlySet<string>,
  shard: Shard | undefined,
): void {
  const roots = sources.map((source) => resolve(source));
  const isSideFile = (path: string) =>
    roots.every((root) => {
      const rest = below(root, path);
      return rest === null || sideFileKindBelow(rest.split(sep), basename(root)) !== null;
    });
  releasePaths(cache, new Set(missingPaths(cache, sources, seen, shard).filter(isSideFile)));
}

/** Takes paths away from their records; a record that has none left is superseded. */
function releasePaths(cache: FaceCacheWriter, paths: ReadonlySet<string>): void {
  if (paths.size === 0) return;
  for (const [index, record] of cache.images.entries()) {
    if (record.superseded || ![record.path, ...record.pathAliases].some((path) => paths.has(path))) continue;
    const places = placesOf(record).filter(({ path }) => !paths.has(path));
    cache.updateImage(index, places.length > 0 ? recordPlaces(places) : { superseded: true });
  }
}

/**
 * Paths that are gone for good as far as can be told: below a source in which photos were found, and not below a folder that
 * could not be read. Of an empty source it cannot be told whether its disk is there.
 */
function removable(
  gone: readonly string[],
  sources: readonly string[],
  seen: ReadonlySet<string>,
  problems: readonly ListProblem[],
): string[] {
  const roots = sources.map((source) => resolve(source));
  const alive = roots.filter((root) => {
    for (const path of seen) if (below(root, path) !== null) return true;
    return false;
  });
  return gone.filter(
    (path) =>
      alive.some((root) => below(root, path) !== null) &&
      !problems.some((problem) => below(problem.path, path) !== null),
  );
}

/** A path relative to a folder that it is in (or is itself), else `null`. */
function below(folder: string, path: string): string | null {
  const rest = relative(folder, path);
  return rest === '..' || rest.startsWith(`..${sep}`) || isAbsolute(rest) ? null : rest;
}

/** Paths that the cache has below the sources (and in the shard) and the listing did not find. */
function missingPaths(
  cache: FaceCacheWriter,
  sources: readonly string[],
  seen: ReadonlySet<string>,
  shard: Shard | undefined,
): string[] {
  const roots = sources.map((source) => resolve(source));
  const expected = (path: string) =>
    roots.some((root) => {
      const rest = below(root, path);
      return rest !== null && (!shard || inShard(rest, shard));
    });
  return cache.images
    .filter((record) => !record.superseded)
    .flatMap((record) => [record.path, ...record.pathAliases])
    .filter((path) => !seen.has(path) && expected(path));
}
