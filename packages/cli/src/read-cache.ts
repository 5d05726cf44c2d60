import { resolve } from 'node:path';
import { type FaceCacheData, type FaceMember, readFaceCache } from '@face-sets/cache-npz';
import { fileSha256 } from '@face-sets/fsz-export';

/** A cache in memory, and which file it was. */
export interface CacheOnDisk {
  data: FaceCacheData;
  file: CacheFile;
}

/** A cache file as manifests name it. */
export interface CacheFile {
  /** Absolute path. */
  path: string;
  sha256: string;
}

/** Names and hashes the cache file, without reading it. */
export async function cacheFile(path: string): Promise<CacheFile> {
  return { path: resolve(path), sha256: await fileSha256(path) };
}

/**
 * Reads the members asked for. Embeddings of superseded images (content that is no longer at its path) are set
 * to zero, which clustering leaves aside, so that row numbers stay those of the cache.
 */
export async function readCache(path: string, members: readonly FaceMember[]): Promise<FaceCacheData> {
  const data = await readFaceCache(path, { members });
  if (data.embedding) {
    for (let row = 0; row < data.faceCount; row++) {
      if (data.images[data.imageIndex[row]!]!.superseded) {
        data.embedding.fill(0, row * data.dim, (row + 1) * data.dim);
      }
    }
  }
  return data;
}
