import { InvalidArgumentError } from '../errors.js';
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
  /** Degrees clockwise by which the upright photo was turned further before its faces were found. */
  readonly rotation?: number;
  /** The content of the file has changed: none of its faces are exported. */
  readonly superseded?: boolean;
}

/**
 * What this package reads of a face cache. `FaceCacheData` of `@face-sets/cache-npz` is one; a program with
 * faces of its own can make one too. Arrays are flat and row-major, a row per face; each function says which
 * ones it needs.
 */
export interface CacheView {
  /** Which models the cache was made with; formats that carry embeddings ask. */
  readonly meta?: {
    readonly models: { readonly recognition: { readonly name: string; readonly sha256: string } };
  };
  readonly images: readonly CacheImage[];
  readonly faceCount: number;
  /** Length of an embedding. */
  readonly dim: number;
  /** `[faces]`: index into `images`. */
  readonly imageIndex: Int32Array;
  /** `[faces × dim]`: raw model output, not normalized. */
  readonly embedding?: Float32Array;
  /** `[faces × 4]`: x1, y1, x2, y2 in pixels of the upright photo. */
  readonly bbox?: Float32Array;
  /** `[faces]` in [0, 1]. */
  readonly detScore?: Float32Array;
  /** `[faces]`: variance of the Laplacian in the bbox. */
  readonly blur?: Float32Array;
  /** `[faces × 5 × 2]`. */
  readonly kps?: Float32Array;
  /** `[faces × 106 × 2]`; rows of NaN where there is none. */
  readonly landmark2d106?: Float32Array;
  /** `[faces × 68 × 3]`; rows of NaN where there is none. */
  readonly landmark3d68?: Float32Array;
  /** `[faces × 3]`: pitch, yaw, roll in degrees; rows of NaN where there is none. */
  readonly pose?: Float32Array;
}

type Member = 'embedding' | 'bbox' | 'detScore' | 'blur';

/** A cache of which some arrays are surely there. */
export type CacheWith<M extends Member> = CacheView & { readonly [K in M]: Float32Array };

/**
 * The cache, once the arrays are known to be there and of the right length.
 *
 * @throws InvalidArgumentError that names the array that is missing or too short.
 */
export function cacheWith<M extends Member>(cache: CacheView, ...members: M[]): CacheWith<M> {
  const widths = { embedding: cache.dim, bbox: 4, detScore: 1, blur: 1 };
  for (const member of members) {
    const expected = cache.faceCount * widths[member];
    if (cache[member]?.length === expected) continue;
    const found = cache[member] ? `has ${cache[member].length} numbers` : 'was not read';
    throw new InvalidArgumentError(
      `cache: ${member} ${found}, expected ${expected} for ${cache.faceCount} faces`,
    );
  }
  return cache as CacheWith<M>;
}

/**
 * All embeddings of a cache as a matrix, a row per face: not copied. It is what the functions of `@face-sets/cluster`
 * take.
 */
export function embeddingMatrix(cache: CacheWith<'embedding'>): {
  data: Float32Array;
  rows: number;
  cols: number;
} {
  return { data: cache.embedding, rows: cache.faceCount, cols: cache.dim };
}

/** The face's raw embedding, not copied. */
export function embeddingOf(cache: CacheWith<'embedding'>, row: number): Float32Array {
  return cache.embedding.subarray(row * cache.dim, (row + 1) * cache.dim);
}

/** The face's `[x1, y1, x2, y2]`. */
export function faceBbox(cache: CacheWith<'bbox'>, row: number): [number, number, number, number] {
  const [x1, y1, x2, y2] = cache.bbox.subarray(row * 4, row * 4 + 4);
  return [x1, y1, x2, y2];
}

/** Rows of the faces of every image. */
export function facesByImage(cache: CacheView): number[][] {
  const rows: number[][] = cache.images.map(() => []);
  for (let row = 0; row < cache.faceCount; row++) rows[cache.imageIndex[row]].push(row);
  return rows;
}
