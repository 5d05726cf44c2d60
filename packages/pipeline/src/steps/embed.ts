import { type FaceCacheWriter, readFaceCache } from '@face-sets/cache-npz';
import {
  type EmbedLibraryOptions,
  type EmbedSummary,
  embedLibrary,
  photosToTurn,
} from '@face-sets/face-embed';
import { requireSources, type Shard } from '@face-sets/photos';
import { prepareCache } from '../shared/check-arguments.js';
import type { StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { type OpenModels, openModels } from '../shared/open-models.js';
import type { ModelOptions } from '../shared/options.js';
import { withCacheWriter } from '../shared/with-cache-writer.js';

/** Options of {@link embed}. */
export interface EmbedOptions extends StepOptions, ModelOptions {
  /** Globs of paths to leave out, relative to their source. */
  exclude?: string[];
  /** Include thumbnails, trash and other side files. Default false. */
  includeHidden?: boolean;
  /** What to do with faces whose photos are gone. @default 'keep' */
  missing?: 'keep' | 'remove';
  /** Process at most this many new photos; the next call continues. */
  limit?: number;
  /** Process only one of several shares of the photos. */
  shard?: Shard;
  /** Also search photos without a clear upright face at 90, 180 and 270 degrees. Default false. */
  rotateRetry?: boolean;
  /** Retry unchanged photos that failed before. Default false. */
  retryFailed?: boolean;
  /** Photos processed at the same time. Default: twice the workers. */
  concurrency?: number;
  /** Photos between two journal writes. @default 50 */
  flushEvery?: number;
}

/** What `embed` reports. */
export interface EmbedResult extends EmbedSummary {
  /** The cache's path as given. */
  cache: string;
  /** Photos in the cache after the run, with and without faces: those that could be decoded and are still there. */
  cachedPhotos: number;
  /** Faces of these photos. */
  cachedFaces: number;
}

/**
 * Detects and embeds every face below the sources into a face cache; continues where an earlier call stopped.
 *
 * @param sources photo folders
 * @param cachePath the face cache (`.npz`); created if it does not exist
 * @throws SourceError, ModelsNotFoundError, PipelineError and what the cache throws
 */
export async function embed(
  sources: readonly string[],
  cachePath: string,
  options: EmbedOptions = {},
): Promise<EmbedResult> {
  await requireSources(sources);
  await prepareCache(cachePath);
  return embedWith(sources, cachePath, options, await openModels(options, ['detection', 'recognition']));
}

/** {@link embed} with models that are open already. */
export async function embedWith(
  sources: readonly string[],
  cachePath: string,
  options: EmbedOptions,
  models: OpenModels,
  onListed?: EmbedLibraryOptions['onListed'],
): Promise<EmbedResult> {
  const { cacheSettings, pool } = models;
  return withCacheWriter('Embedding', cachePath, cacheSettings, pool, options, async (step) => {
    const { cache, engine, stage } = step;
    const summary = await embedLibrary(sources, cache, engine, {
      exclude: options.exclude,
      includeHidden: options.includeHidden,
      missing: options.missing ?? EMBED_DEFAULTS.missing,
      limit: options.limit,
      shard: options.shard,
      rotateRetry: options.rotateRetry,
      retryFailed: options.retryFailed,
      searchAgain: options.rotateRetry ? await turnable(cache, cachePath) : undefined,
      concurrency: options.concurrency,
      flushEvery: options.flushEvery ?? EMBED_DEFAULTS.flushEvery,
      signal: options.signal,
      onListed,
      onProgress: ({ stage: part, done, total, faces }) =>
        part === 'listing'
          ? stage.update(done, 0, 'found so far')
          : stage.update(done, total, count(faces, 'face')),
    });
    const result = { cache: cachePath, ...contents(cache), ...summary };
    return { result, line: `Embedded ${count(summary.embedded, 'photo')}: ${count(summary.faces, 'face')}` };
  });
}

/** Defaults of `embed`. */
export const EMBED_DEFAULTS = { missing: 'keep', flushEvery: 50 } as const;

/** Photos of the cache that were searched without `rotateRetry` and show no clear upright face. */
async function turnable(cache: FaceCacheWriter, path: string): Promise<Set<string>> {
  if (cache.images.length === 0) return new Set();
  return photosToTurn(await readFaceCache(path, { members: ['kps', 'detScore'] }));
}

/** Photos and faces of the cache that count: not failed, and still at their path. */
function contents(cache: FaceCacheWriter): Pick<EmbedResult, 'cachedPhotos' | 'cachedFaces'> {
  let [cachedPhotos, cachedFaces] = [0, 0];
  for (const [image, { superseded, status }] of cache.images.entries()) {
    if (superseded || status === 'error') continue;
    cachedPhotos++;
    if (status === 'faces') cachedFaces += cache.facesOfImage(image).length;
  }
  return { cachedPhotos, cachedFaces };
}
