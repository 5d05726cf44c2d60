import type { CacheImage } from '@face-sets/cache-npz';
import { errorText, sourceState } from '@face-sets/files';
import type { Rejection } from '@face-sets/manifests';
import type { PixelRect, RgbImage } from '@face-sets/quality';
import type { FaceFinder } from './face-finder.js';

/** Why a photo cannot be used. */
export interface NoPhoto {
  reason: Rejection;
}

/**
 * The photo from the first of its paths that still has the content in which the face was found, or the reason why there is
 * none.
 *
 * @param part The part that is needed: the result is that part if the finder can decode parts, else the whole photo.
 * @param size See `FaceFinder.decodePart`.
 */
export async function readPhoto(
  image: CacheImage,
  finder: Pick<FaceFinder, 'decode' | 'decodePart'>,
  part?: PixelRect,
  size?: number,
): Promise<RgbImage | NoPhoto> {
  let reason: Rejection | undefined;
  for (const path of [image.path, ...image.pathAliases]) {
    const expected = path === image.path ? image : { sha256: image.sha256, size: image.size };
    const source = await sourceState(path, expected);
    if (source.state !== 'same') {
      reason ??= { code: `source-${source.state}`, message: source.message };
      continue;
    }
    try {
      const decoded =
        part && finder.decodePart && !image.rotation
          ? await finder.decodePart(path, part, size)
          : await wholePhoto(finder, path, image.rotation);
      if (decoded.width === image.width && decoded.height === image.height) return decoded.image;
      const found = `${decoded.width}×${decoded.height}, ${image.width}×${image.height} when its faces were found`;
      reason = { code: 'source-size', message: `${path} decodes to ${found}; embed the photo again` };
    } catch (error) {
      reason = { code: 'source-unreadable', message: `${path} cannot be read: ${errorText(error)}` };
    }
  }
  return { reason: reason as Rejection };
}

async function wholePhoto(finder: Pick<FaceFinder, 'decode'>, path: string, rotation: number | undefined) {
  const image = await finder.decode(path, rotation);
  return { image, width: image.width, height: image.height };
}

/** Whether a finder decodes parts of this photo. */
export function readsParts(image: CacheImage, finder: Pick<FaceFinder, 'decodePart'>): boolean {
  return finder.decodePart !== undefined && !image.rotation;
}
