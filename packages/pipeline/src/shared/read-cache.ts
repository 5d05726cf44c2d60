import { resolve } from 'node:path';
import { cacheDigest, type FaceCacheData, type FaceMember, readFaceCache } from '@face-sets/cache-npz';
import { requireCache } from './check-arguments.js';

/** A cache file as manifests name it. */
export interface CacheFile {
  /** Absolute path. */
  path: string;
  /** Of its content; see `cacheDigest`. */
  sha256: string;
}

/** Names and hashes the cache file, without reading it. */
export async function cacheFile(path: string): Promise<CacheFile> {
  await requireCache(path);
  return { path: resolve(path), sha256: await cacheDigest(path) };
}

/** The arrays of the cache needed to crop and score faces; the last three exist after `enrich`. */
export const SCORED_MEMBERS = [
  'embedding',
  'bbox',
  'kps',
  'detScore',
  'blur',
  'landmark2d106',
  'landmark3d68',
  'pose',
] as const;

/**
 * Reads the members asked for. Embeddings of superseded images (content that is no longer at its path) are set
 * to zero, which clustering ignores, so that row numbers stay those of the cache.
 */
export async function readCache<M extends FaceMember>(
  path: string,
  members: readonly (M | 'embedding')[],
): Promise<FaceCacheData<M | 'embedding'>> {
  await requireCache(path);
  const data = await readFaceCache<M | 'embedding'>(path, { members });
  const { embedding, dim, images, imageIndex } = data;
  for (let row = 0; row < data.faceCount; row++) {
    if (images[imageIndex[row]!]!.superseded) embedding.fill(0, row * dim, (row + 1) * dim);
  }
  return data;
}
