import type { FaceCacheWriter } from '@face-sets/cache-npz';
import type { ListedPhoto } from '@face-sets/photos';
import { pMapIterable } from 'p-map';
import type { PhotoEngine } from '../analysis/photo-engine.js';
import { analyzeContent, newContents } from './analyze-content.js';
import type { EmbedLibraryOptions, EmbedProgress } from './embed-options.js';
import { type EmbedSummary, emptySummary } from './embed-summary.js';
import { flushPolicy } from './flush-policy.js';
import { hashPhoto } from './hash-photo.js';
import { missingPaths, releasePaths, releaseSideFiles, removable } from './library-paths.js';
import { listSources } from './list-sources.js';
import { PhotoRecorder } from './record-photo.js';
import { knownPhotos } from './skip-known.js';

/**
 * Embeds every photo below `sources` that the cache does not hold yet, and keeps the cache's paths up to date.
 *
 * The stages overlap; of each of hashing and analyzing at most `2 × concurrency` photos are in memory, as files. Photos are
 * recorded in listing order whatever finishes first, so the same tree gives the same cache. A photo that fails is recorded
 * with its reason and the run goes on.
 *
 * - A path with the size and time of change that the cache has for it is not opened.
 * - Bytes already known (by sha256) cost no inference: the path becomes an alias, or the record's path when
 *   the old path is gone.
 * - A path whose content changed is embedded again; its former content is marked superseded unless it is still
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
  const { signal, shard } = options;
  const flush = flushPolicy(cache, options);
  const summary = emptySummary();
  const seen = new Set<string>();
  const toOpen: ListedPhoto[] = [];
  let bytes = 0;
  const report = (stage: EmbedProgress['stage'], done: number) =>
    options.onProgress?.({ stage, done, total: toOpen.length, faces: summary.faces });

  // 1. List every photo below the sources.
  const knownRecord = knownPhotos(cache, options);
  for await (const photo of listSources(sources, options, summary)) {
    seen.add(photo.path);
    summary.listed++;
    bytes += photo.size;

    // 2. Skip those that the cache knows and that have not changed.
    const known = knownRecord(photo);
    if (known === undefined) toOpen.push(photo);
    else if (known.status !== 'error') summary.unchanged++;
    else summary.failures.push({ path: photo.path, message: known.error ?? 'unknown error' });
    report('listing', summary.listed);
  }
  if (!signal?.aborted && !options.includeHidden) releaseSideFiles(cache, sources, seen, shard);
  if (options.limit !== undefined) summary.left = toOpen.splice(options.limit).length;
  if (!signal?.aborted) {
    const [example] = seen;
    await options.onListed?.({ photos: summary.listed, bytes, toOpen: toOpen.length, example });
  }
  report('embedding', 0);
  if (!signal?.aborted) await engine.prepare?.(toOpen.length);
  const concurrency = options.concurrency ?? 2 * engine.parallel;
  const inParallel = { concurrency, backpressure: 2 * concurrency };

  // 3. Read and hash the others.
  const hashedPhotos = pMapIterable(untilAborted(toOpen, signal), hashPhoto, inParallel);

  // 4. Analyze the contents that the cache does not have yet.
  const analyzed = pMapIterable(
    newContents(hashedPhotos, cache, options),
    async ({ hashed, isNew }) => ({
      hashed,
      content: isNew ? await analyzeContent(hashed, engine, options) : null,
    }),
    inParallel,
  );

  // 5. Record them, in the order of the listing.
  const recorder = new PhotoRecorder(cache, summary);
  let done = 0;
  for await (const { hashed, content } of analyzed) {
    await recorder.record(hashed, content);
    await flush.photoDone();
    report('embedding', ++done);
  }
  recorder.finish();

  // 6. Say which known photos are gone; remove them if asked to.
  summary.interrupted = signal?.aborted ?? false;
  if (!summary.interrupted) {
    const gone = missingPaths(cache, sources, seen, shard);
    if (options.missing === 'remove') summary.removed = removable(gone, sources, seen, summary.problems);
    const removed = new Set(summary.removed);
    releasePaths(cache, removed);
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
