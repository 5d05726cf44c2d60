import { readFile } from 'node:fs/promises';
import type { Enrichment, FaceCacheWriter } from '@face-sets/cache-npz';
import { pathToFs } from '@face-sets/files';
import { ImageDecodeError, type PhotoFailure, type Rotation } from '@face-sets/photos';
import { pMapIterable } from 'p-map';
import type { PhotoEngine } from '../analysis/photo-engine.js';
import { type FlushOptions, flushPolicy } from './flush-policy.js';

export interface EnrichCacheOptions extends FlushOptions {
  /** Only faces in photos with these SHA-256. Default: all. */
  photos?: ReadonlySet<string>;
  /** Photos processed at the same time. Default: twice `engine.parallel`. */
  concurrency?: number;
  /** When aborted, the photos in hand are finished and flushed, and the summary says `interrupted`. */
  signal?: AbortSignal;
  onProgress?: (progress: { done: number; total: number }) => void;
}

/** What a run of {@link enrichCache} did. */
export interface EnrichSummary {
  /** Faces that had landmarks and pose already. */
  alreadyEnriched: number;
  /** Faces enriched in this run. */
  enriched: number;
  /** Photos that could not be opened: their faces stay without landmarks, and are tried again next time. */
  failures: PhotoFailure[];
  interrupted: boolean;
}

/**
 * Adds `landmark_2d_106`, `landmark_3d_68` and `pose` to the rows of the cache that lack them, from the stored
 * bbox: nothing is detected again, and each photo is decoded once for all of its faces.
 */
export async function enrichCache(
  cache: FaceCacheWriter,
  engine: PhotoEngine,
  options: EnrichCacheOptions = {},
): Promise<EnrichSummary> {
  const concurrency = options.concurrency ?? 2 * engine.parallel;
  const flush = flushPolicy(cache, options);
  const summary: EnrichSummary = { alreadyEnriched: 0, enriched: 0, failures: [], interrupted: false };

  const work: { image: number; faces: number[] }[] = [];
  cache.images.forEach((record, image) => {
    if (record.superseded || (options.photos && !options.photos.has(record.sha256))) return;
    const all = cache.facesOfImage(image);
    const faces = all.filter((face) => !cache.isEnriched(face));
    summary.alreadyEnriched += all.length - faces.length;
    if (faces.length > 0) work.push({ image, faces });
  });

  let done = 0;
  options.onProgress?.({ done, total: work.length });
  function* untilAborted() {
    for (const item of work) {
      if (options.signal?.aborted) return;
      yield item;
    }
  }
  const results = pMapIterable(
    untilAborted(),
    async ({
      image,
      faces,
    }): Promise<{ rows: { face: number; enrichment: Enrichment }[]; failure?: PhotoFailure }> => {
      const { path, pathAliases, rotation } = cache.images[image]!;
      try {
        const bytes = await readFirst([path, ...pathAliases]);
        const boxes = faces.map((face) => cache.faceBox(face));
        const enrichments = await engine.landmarks(bytes, boxes, rotation as Rotation | undefined);
        return { rows: faces.map((face, i) => ({ face, enrichment: enrichments[i]! })) };
      } catch (error) {
        if (!(error instanceof ImageDecodeError || error instanceof PhotoGoneError)) throw error;
        return { rows: [], failure: { path, message: error.message } };
      }
    },
    { concurrency, backpressure: 2 * concurrency },
  );
  for await (const { rows, failure } of results) {
    for (const { face, enrichment } of rows) cache.setEnrichment(face, enrichment);
    summary.enriched += rows.length;
    if (failure) summary.failures.push(failure);
    await flush.photoDone();
    options.onProgress?.({ done: ++done, total: work.length });
  }
  summary.interrupted = options.signal?.aborted ?? false;
  await cache.flush();
  return summary;
}

/** None of a photo's paths can be read. */
class PhotoGoneError extends Error {}

/** The content of the first of these paths that can still be read: they all had the same bytes. */
async function readFirst(paths: readonly string[]): Promise<Buffer> {
  let first: unknown;
  for (const path of paths) {
    try {
      return await readFile(pathToFs(path));
    } catch (error) {
      first ??= error;
    }
  }
  const code = (first as NodeJS.ErrnoException).code;
  throw new PhotoGoneError(code === 'ENOENT' ? 'photo is no longer there' : `photo cannot be read: ${code}`);
}
