import { type CacheImage, type CacheWith, faceBbox } from '@face-sets/cache-npz';
import { errorText, sourceState } from '@face-sets/files';
import type { DuplicatesManifest } from '@face-sets/manifests';
import { copyFileOf } from '@face-sets/photos';
import { type Copy, faceTraits, shortEdge } from '@face-sets/quality';
import { type PhotoThumbnail, photoThumbnail } from './compare-photos.js';
import type { DuplicateDecoder } from './find-duplicates-input.js';

/** Longer side at which photos are compared, pixels: small ones are fast to decode. */
const LONG_SIDE = 512;

/** What tells a photo from a worse copy, beside its size. */
export type CopyEvidence = Pick<Copy, 'traits' | 'file'>;

/** Looks at the largest face of a photo in full size, from the first of its paths that still has the content. */
export async function evidenceOf(
  cache: CacheWith<'bbox'>,
  index: number,
  rows: readonly number[],
  decode: DuplicateDecoder,
): Promise<CopyEvidence> {
  const image = cache.images[index];
  const boxes = rows.map((row) => faceBbox(cache, row));
  const largest = boxes.reduce((a, b) => (shortEdge(b) > shortEdge(a) ? b : a));
  for (const path of [image.path, ...image.pathAliases]) {
    if ((await sourceState(path, image)).state !== 'same') continue;
    try {
      const picture = await decode(path, {
        longSide: Number.POSITIVE_INFINITY,
        rotation: image.rotation ?? 0,
      });
      const [x1, y1, x2, y2] = largest;
      return { traits: faceTraits(picture, [x1, y1, x2, y2]), file: await copyFileOf(path) };
    } catch {
      // It has been read before, at another size: the next path, or no evidence.
    }
  }
  return {};
}

/** The photo's thumbnail, from the first of its paths that still has the content, or the reason why there is none. */
export async function readThumbnail(
  image: CacheImage,
  decode: DuplicateDecoder,
): Promise<{ thumbnail: PhotoThumbnail } | { problem: DuplicatesManifest['problems'][number] }> {
  let message = '';
  for (const path of [image.path, ...image.pathAliases]) {
    const state = await sourceState(path, image);
    if (state.state !== 'same') {
      message ||= state.message;
      continue;
    }
    try {
      const picture = await decode(path, { longSide: LONG_SIDE, rotation: image.rotation ?? 0 });
      return { thumbnail: photoThumbnail(picture) };
    } catch (error) {
      message ||= `${path} cannot be read: ${errorText(error)}`;
    }
  }
  return { problem: { source: image.path, message } };
}
