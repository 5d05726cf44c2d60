import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { CacheView } from '@face-sets/cache-npz';
import { type GoldenFace, type GoldenFile, sharedPath } from '@face-sets/testing';

/** A photo and its faces as InsightFace found them. */
export interface GoldenPhoto {
  path: string;
  faces: readonly GoldenFace[];
}

/** The photos of the golden file, in its order, with their paths in the development data. */
export function goldenPhotos(): GoldenPhoto[] {
  const golden = JSON.parse(
    readFileSync(sharedPath('goldens/insightface/golden.json') as string, 'utf8'),
  ) as GoldenFile;
  const root = sharedPath('photos') as string;
  return Object.entries(golden).map(([photo, { auto }]) => ({ path: `${root}/${photo}`, faces: auto }));
}

/** The folder that a photo is in: `amy` for `…/people/amy/amy1.png`. */
export const folderOf = (path: string) => basename(dirname(path));

/** What embedding these photos gives, taken from the golden figures: no model runs. */
export function goldenCache(photos: readonly GoldenPhoto[]): CacheView {
  const faces = photos.flatMap((photo, image) => photo.faces.map((face) => ({ face, image })));
  const flat = (values: readonly number[][]) => Float32Array.from(values.flat());
  return {
    images: photos.map(({ path, faces: found }) => ({
      path,
      pathAliases: [],
      sha256: createHash('sha256').update(path).digest('hex'),
      size: 1,
      mtime: 0,
      width: 4000,
      height: 4000,
      status: found.length > 0 ? 'faces' : 'noface',
    })),
    faceCount: faces.length,
    dim: faces[0].face.normed_embedding?.length ?? 0,
    imageIndex: Int32Array.from(faces, ({ image }) => image),
    embedding: flat(faces.map(({ face }) => face.normed_embedding as number[])),
    bbox: flat(faces.map(({ face }) => face.bbox)),
    detScore: Float32Array.from(faces, ({ face }) => face.det_score),
    blur: Float32Array.from(faces, ({ face }) => face.laplacian_var as number),
  };
}
