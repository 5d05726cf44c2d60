import { type CacheWith, embeddingMatrix, faceBbox } from '@face-sets/cache-npz';
import { type FaceMatrix, takeRows } from '@face-sets/cluster';
import { type FaceName, faceName } from './face-name.js';

/** The faces whose people are to be found. */
export interface Faces {
  /** What each face is called, see `faceName`: a row each. */
  names: readonly FaceName[];
  /** Embeddings, a row each, not necessarily normalized. */
  embeddings: FaceMatrix;
}

/**
 * The faces of a cache, without those of photos whose files have other content by now.
 *
 * @returns also the row of the cache that each face has
 * @throws InvalidArgumentError where an image has no size, or a face no finite box
 */
export function facesOfCache(cache: CacheWith<'embedding' | 'bbox'>): Faces & { rows: number[] } {
  const rows = [...cache.imageIndex.keys()].filter((row) => !cache.images[cache.imageIndex[row]].superseded);
  const names = rows.map((row) => {
    const image = cache.images[cache.imageIndex[row]];
    return faceName(image.sha256, faceBbox(cache, row), image);
  });
  const all = embeddingMatrix(cache);
  return { names, embeddings: rows.length === all.rows ? all : takeRows(all, rows), rows };
}
