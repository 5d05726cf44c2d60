import { createHash } from 'node:crypto';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DriftingIdentity } from './drifting-identity.js';

/** A photo of {@link driftingPhotos}, as a face cache records it. */
export interface DriftingPhoto {
  path: string;
  pathAliases: string[];
  sha256: string;
  size: number;
  mtime: number;
  width: number;
  height: number;
  status: 'faces';
}

/** What a face cache holds of {@link driftingPhotos}: a face in each photo. */
export interface DriftingCache {
  images: DriftingPhoto[];
  faceCount: number;
  dim: number;
  imageIndex: Int32Array;
  embedding: Float32Array;
  bbox: Float32Array;
  detScore: Float32Array;
  blur: Float32Array;
}

interface Picture {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Pixels of a photo, and of the face in its middle. */
const SIDE = 160;
const FACE = 104;
const BBOX = [28, 28, 132, 132];

/**
 * A photo for each face of a generated identity: a square in the middle whose color says which face it is. Its date of
 * capture is in its EXIF.
 *
 * @param years of each face; default: as generated
 */
export async function driftingPhotos(
  folder: string,
  identity: DriftingIdentity,
  years: readonly (number | null)[] = identity.faces.map(({ year }) => year),
): Promise<DriftingCache> {
  // Loaded when it is needed, as by toyLibrary.
  const { default: sharp } = await import('sharp');
  mkdirSync(folder, { recursive: true });
  const images = await Promise.all(
    identity.faces.map(async (_, row): Promise<DriftingPhoto> => {
      const color = { r: 255, g: 4 * (row >> 5), b: 4 * (row & 31) };
      const square = sharp({ create: { width: FACE, height: FACE, channels: 3, background: color } });
      const photo = sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: '#5a5a5a' } })
        .composite([{ input: await square.png().toBuffer(), left: BBOX[0], top: BBOX[1] }])
        .png();
      const year = years[row];
      if (year !== null) photo.withExif({ IFD2: { DateTimeOriginal: `${year}:05:17 12:00:00` } });
      const content = await photo.toBuffer();
      const path = join(folder, `${String(row).padStart(4, '0')}.png`);
      writeFileSync(path, content);
      return {
        path,
        pathAliases: [],
        sha256: createHash('sha256').update(content).digest('hex'),
        size: content.length,
        mtime: statSync(path).mtimeMs,
        width: SIDE,
        height: SIDE,
        status: 'faces',
      };
    }),
  );
  const faces = identity.faces.length;
  return {
    images,
    faceCount: faces,
    dim: identity.dim,
    imageIndex: Int32Array.from({ length: faces }, (_, row) => row),
    embedding: identity.embedding,
    bbox: Float32Array.from(identity.faces.flatMap(() => BBOX)),
    detScore: new Float32Array(faces).fill(0.9),
    blur: new Float32Array(faces).fill(200),
  };
}

/** The first faces of a cache, as if the others had not been taken yet. */
export function firstFaces(cache: DriftingCache, count: number): DriftingCache {
  return {
    ...cache,
    images: cache.images.slice(0, count),
    faceCount: count,
    imageIndex: cache.imageIndex.slice(0, count),
    embedding: cache.embedding.slice(0, count * cache.dim),
    bbox: cache.bbox.slice(0, 4 * count),
    detScore: cache.detScore.slice(0, count),
    blur: cache.blur.slice(0, count),
  };
}

/** Finds the square, and knows its embedding. */
export function driftingFinder({ embedding, dim }: DriftingIdentity) {
  return {
    decode: async (path: string): Promise<Picture> => {
      const { default: sharp } = await import('sharp');
      const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      return { data: new Uint8Array(data), width: info.width, height: info.height };
    },
    find: async ({ data, width, height }: Picture) => {
      const box = [width, height, 0, 0];
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const at = 3 * (y * width + x);
          if (data[at] - data[at + 2] < 80) continue;
          box[0] = Math.min(box[0], x);
          box[1] = Math.min(box[1], y);
          box[2] = Math.max(box[2], x + 1);
          box[3] = Math.max(box[3], y + 1);
        }
      }
      const center = 3 * (Math.floor((box[1] + box[3]) / 2) * width + Math.floor((box[0] + box[2]) / 2));
      const row = 32 * Math.round(data[center + 1] / 4) + Math.round(data[center + 2] / 4);
      if (box[2] === 0) return [];
      return [
        {
          bbox: box,
          kps: new Float32Array(10),
          detScore: 0.9,
          embedding: embedding.slice(row * dim, (row + 1) * dim),
        },
      ];
    },
  };
}
