import { lstat, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { nullIfMissing, syncFolder } from '@face-sets/files';
import { CacheExistsError, InvalidArgumentError } from '../errors.js';
import type { Enrichment, FaceRow } from '../format/cache-layout.js';
import { assertSameModels } from '../format/cache-meta.js';
import { type FaceCacheData, readFaceCache } from '../reading/read-face-cache.js';
import { FaceCacheWriter } from './face-cache-writer.js';
import { type ImageSource, planMerge } from './plan-merge.js';

/** What a merge did. */
export interface MergeSummary {
  /** Images and faces of the merged cache. */
  images: number;
  faces: number;
  /** Images that were in more than one cache, or twice in one under different paths, and are in the result once. */
  united: number;
  /** Images left out because the file at their only path was replaced later. */
  superseded: number;
}

/** Options of {@link mergeFaceCaches}. */
export interface MergeOptions {
  /** Called as images are taken over. */
  onProgress?: (progress: { done: number; total: number }) => void;
  /** Ends the merge with its reason; nothing is left of the result then. */
  signal?: AbortSignal;
}

/**
 * Unites caches made with the same models and settings, such as the shards of a library.
 *
 * A content that several caches hold is in the result once, with all its paths; a content that one of them could
 * decode counts more than one that could not, an enriched one more than one without landmarks. Images are in the order
 * of their paths, compared folder by folder, which is the order in which a folder is listed: the result does not depend on
 * the order of the caches or on how many there are, and for a single source folder it is the cache that one
 * uninterrupted run over the whole would have written.
 *
 * Takes the memory of all arrays of all caches: about 4 KB for each face with landmarks and 512 numbers.
 *
 * @param paths the caches
 * @param out the merged cache; must not exist
 * @param tool program and version, such as `face-sets 0.1.0`
 * @throws CacheExistsError when `out` exists, CacheModelMismatchError when the caches were made with different models
 *   or settings, what `readFaceCache` throws, and the reason of the signal
 */
export async function mergeFaceCaches(
  paths: readonly string[],
  out: string,
  tool: string,
  { onProgress, signal }: MergeOptions = {},
): Promise<MergeSummary> {
  if (paths.length === 0)
    throw new InvalidArgumentError('mergeFaceCaches: no cache given; expected at least one');
  // A link that leads nowhere is in the way, too.
  if (await nullIfMissing(out, lstat(out))) {
    throw new CacheExistsError(`${out} exists; choose a new file for the merged cache`);
  }
  const caches: FaceCacheData[] = [];
  for (const path of paths) {
    signal?.throwIfAborted();
    caches.push(await readFaceCache(path));
  }
  signal?.throwIfAborted();
  const [first] = caches;
  for (const [i, cache] of caches.entries()) {
    const { models, detection, embedding_dim } = first.meta;
    assertSameModels(paths[i], cache.meta, { models, detection, embeddingDim: embedding_dim }, true);
  }
  const sources = caches.flatMap(imagesOf);
  const plan = planMerge(sources);

  // Under another name until it is whole: a reader must not take half of it for the result.
  const temp = `${out}.merging`;
  for (const part of [temp, `${temp}.journal`, `${temp}.lock`]) await rm(part, { force: true });
  const { detection, embedding_dim: embeddingDim } = first.meta;
  const models = Object.assign({}, ...caches.map((cache) => cache.meta.models));
  const writer = await FaceCacheWriter.open(temp, { tool, models, detection, embeddingDim });
  let faces = 0;
  try {
    for (const [done, { record, source }] of plan.images.entries()) {
      signal?.throwIfAborted();
      const cache = caches[source.cache];
      const rows = Array.from({ length: source.faces }, (_, i) => faceRow(cache, source.firstFace + i));
      writer.addImage(record, rows);
      for (let i = 0; i < source.faces; i++) {
        const row = source.firstFace + i;
        if (cache.enriched[row]) writer.setEnrichment(faces + i, enrichment(cache, row));
      }
      faces += source.faces;
      if (writer.pendingCount >= 1000) await writer.flush();
      onProgress?.({ done: done + 1, total: plan.images.length });
    }
    signal?.throwIfAborted();
    await writer.close();
    await rename(temp, out);
    await syncFolder(dirname(out));
  } catch (error) {
    await writer.close({ fold: false }).catch(() => {});
    for (const part of [temp, `${temp}.journal`]) await rm(part, { force: true });
    throw error;
  }
  return { images: plan.images.length, faces, united: plan.united, superseded: plan.superseded };
}

function imagesOf(cache: FaceCacheData, index: number): ImageSource[] {
  const firstFace = new Array<number>(cache.images.length).fill(0);
  const faces = new Array<number>(cache.images.length).fill(0);
  for (let row = cache.faceCount - 1; row >= 0; row--) {
    firstFace[cache.imageIndex[row]] = row;
    faces[cache.imageIndex[row]]++;
  }
  return cache.images.map((record, image) => ({
    cache: index,
    record,
    firstFace: firstFace[image],
    faces: faces[image],
    enriched: faces[image] > 0 && cache.enriched[firstFace[image]] === 1,
  }));
}

function faceRow(cache: FaceCacheData, row: number): FaceRow {
  return {
    bbox: cache.bbox.subarray(row * 4, row * 4 + 4),
    kps: cache.kps.subarray(row * 10, row * 10 + 10),
    detScore: cache.detScore[row],
    blur: cache.blur[row],
    embedding: cache.embedding.subarray(row * cache.dim, (row + 1) * cache.dim),
  };
}

function enrichment(cache: FaceCacheData, row: number): Enrichment {
  const part = (data: Float32Array | undefined, width: number) => {
    const values = data?.subarray(row * width, (row + 1) * width);
    return values === undefined || values.every(Number.isNaN) ? null : values;
  };
  return {
    landmark2d106: part(cache.landmark2d106, 212),
    landmark3d68: part(cache.landmark3d68, 204),
    pose: part(cache.pose, 3),
  };
}
