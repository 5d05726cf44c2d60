import { type CacheWith, embeddingOf } from '@face-sets/cache-npz';
import { meanEmbedding } from './drift.js';

/** What export reads of the cache. */
export type ExportCache = CacheWith<'embedding' | 'bbox' | 'detScore' | 'blur'>;

/** The embedding that stands for a person: the mean of the raw ones of some faces in their photos. */
export function meanOfFaces(cache: CacheWith<'embedding'>, rows: readonly number[]): Float32Array {
  return meanEmbedding(rows.map((row) => embeddingOf(cache, row)));
}

/** The numbers of a face in an array of the cache that may be missing: a view, not a copy. */
export function valuesOfRow(
  values: Float32Array | undefined,
  row: number,
  length: number,
): Float32Array | undefined {
  return values?.subarray(row * length, (row + 1) * length);
}
