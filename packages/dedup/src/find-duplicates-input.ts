import type { CacheView } from '@face-sets/cache-npz';
import type { SimilarityBackend } from '@face-sets/cluster';
import type { CacheRef } from '@face-sets/manifests';
import type { RgbImage } from '@face-sets/quality';

/**
 * Decodes a photo, upright and then turned clockwise by `rotation` degrees. Its longer side need be no more than
 * `longSide` pixels.
 */
export type DuplicateDecoder = (
  path: string,
  options: { longSide: number; rotation: number },
) => Promise<RgbImage>;

/** Input of `findDuplicates`. */
export interface FindDuplicatesInput {
  /** Needs `embedding`, `bbox` and `blur`. */
  cache: CacheView;
  /** Where the cache is and what it was, for the manifest. */
  cacheFile: Pick<CacheRef, 'path' | 'sha256'>;
  decode: DuplicateDecoder;
  /** Largest cosine distance of a face in two copies. Default 0.35. */
  threshold?: number;
  /** Find mirrored copies too. Default false. */
  mirrored?: boolean;
  /** Finds the pairs of similar faces; changes the time it takes, never the result. */
  similarity?: SimilarityBackend;
  /** Photos decoded at the same time. Default 2. */
  concurrency?: number;
  /** `total` is the number of photos that are decoded. */
  onProgress?: (progress: { done: number; total: number }) => void;
  signal?: AbortSignal;
}
