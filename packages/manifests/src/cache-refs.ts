import { type CacheImage, type CacheView, type CacheWith, faceBbox } from '@face-sets/cache-npz';
import { faceKey } from './face-key.js';
import { rounded } from './manifest-json.js';
import type { FaceRef, ImageErrorEntry, PhotoRef } from './manifest-parts.js';

/** The photo as manifests name it. */
export function photoRefOf(image: CacheImage): PhotoRef {
  return { sha256: image.sha256, source: image.path, aliases: [...image.pathAliases] };
}

/** The face as manifests name it. */
export function faceRefOf(cache: CacheWith<'bbox' | 'detScore'>, row: number): FaceRef {
  const image = cache.images[cache.imageIndex[row]];
  const [x1, y1, x2, y2] = faceBbox(cache, row);
  return {
    row,
    ...photoRefOf(image),
    bbox: [rounded(x1, 3), rounded(y1, 3), rounded(x2, 3), rounded(y2, 3)],
    det_score: rounded(cache.detScore[row], 6),
  };
}

/** Photos that could not be read when the faces were looked for. */
export function imageErrorsOf(cache: CacheView): ImageErrorEntry[] {
  return cache.images
    .filter((image) => image.status === 'error' && !image.superseded)
    .map((image) => ({
      source: image.path,
      aliases: [...image.pathAliases],
      error: image.error ?? 'unknown error',
    }));
}

/** Rows of the cache that hold these faces, ascending; faces that it has not are left out, and those superseded. */
export function rowsOfFaces(
  cache: CacheWith<'bbox' | 'detScore'>,
  faces: readonly { sha256: string; bbox: readonly number[] }[],
): number[] {
  const keys = new Set(faces.map(faceKey));
  const photos = new Set(faces.map(({ sha256 }) => sha256));
  const rows: number[] = [];
  for (let row = 0; row < cache.faceCount; row++) {
    const { sha256, superseded } = cache.images[cache.imageIndex[row]];
    if (superseded || !photos.has(sha256)) continue;
    if (keys.has(faceKey(faceRefOf(cache, row)))) rows.push(row);
  }
  return rows;
}
