import { rounded } from './manifest-json.js';
import type { FaceRef, ImageErrorEntry, PhotoRef } from './manifest-parts.js';

/** One photo content, as the cache records it. */
export interface CacheImage {
  /** Absolute path. */
  readonly path: string;
  /** Other absolute paths with the same content. */
  readonly pathAliases: readonly string[];
  /** Lower-case hexadecimal SHA-256 of the file. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly mtime: number;
  /** Pixels of the upright photo. */
  readonly width: number;
  readonly height: number;
  readonly status: 'faces' | 'noface' | 'error';
  readonly error?: string;
  /** The file has other content by now: nothing of it is exported. */
  readonly superseded?: boolean;
}

/**
 * What this package reads of a face cache. `FaceCacheData` of `@face-sets/cache-npz` is one; a program with
 * faces of its own can make one too. Arrays are flat and row-major, a row per face.
 */
export interface CacheView {
  readonly images: readonly CacheImage[];
  readonly faceCount: number;
  /** Length of an embedding. */
  readonly dim: number;
  /** `[faces]`: index into `images`. */
  readonly imageIndex: Int32Array;
  /** `[faces × dim]`: raw model output, not normalised. */
  readonly embedding: Float32Array;
  /** `[faces × 4]`: x1, y1, x2, y2 in pixels of the upright photo. */
  readonly bbox: Float32Array;
  /** `[faces]` in [0, 1]. */
  readonly detScore: Float32Array;
  /** `[faces]`: variance of the Laplacian in the bbox. */
  readonly blur: Float32Array;
  /** `[faces × 5 × 2]`. */
  readonly kps?: Float32Array;
  /** `[faces × 106 × 2]`; rows of NaN where there is none. */
  readonly landmark2d106?: Float32Array;
  /** `[faces × 68 × 3]`; rows of NaN where there is none. */
  readonly landmark3d68?: Float32Array;
  /** `[faces × 3]`: pitch, yaw, roll in degrees; rows of NaN where there is none. */
  readonly pose?: Float32Array;
}

/** The face's `[x1, y1, x2, y2]`. */
export function faceBbox(cache: CacheView, row: number): [number, number, number, number] {
  const [x1, y1, x2, y2] = cache.bbox.subarray(row * 4, row * 4 + 4);
  return [x1, y1, x2, y2];
}

/** Shorter side of the face's bbox in pixels. */
export function shortEdge(bbox: readonly [number, number, number, number]): number {
  return Math.min(bbox[2] - bbox[0], bbox[3] - bbox[1]);
}

/** Rows of the faces of every image. */
export function facesByImage(cache: CacheView): number[][] {
  const rows: number[][] = cache.images.map(() => []);
  for (let row = 0; row < cache.faceCount; row++) rows[cache.imageIndex[row]].push(row);
  return rows;
}

/** The photo as manifests name it. */
export function photoRefOf(image: CacheImage): PhotoRef {
  return { sha256: image.sha256, source: image.path, aliases: [...image.pathAliases] };
}

/** The face as manifests name it. */
export function faceRefOf(cache: CacheView, row: number): FaceRef {
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
