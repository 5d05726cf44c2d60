import type { RgbImage } from '@face-sets/quality';
import type { CacheImage } from './cache-view.js';
import { errorText } from './errors.js';
import type { FaceFinder } from './face-finder.js';
import type { Rejection } from './manifest-parts.js';
import { sourceState } from './source-state.js';

/** The photo from the first of its paths that still has the content the face was found in; or why there is none. */
export async function readPhoto(
  image: CacheImage,
  finder: Pick<FaceFinder, 'decode'>,
): Promise<RgbImage | { reason: Rejection }> {
  let reason: Rejection | undefined;
  for (const path of [image.path, ...image.pathAliases]) {
    const expected = path === image.path ? image : { sha256: image.sha256, size: image.size };
    const source = await sourceState(path, expected);
    if (source.state !== 'same') {
      reason ??= { code: `source-${source.state}`, message: source.message };
      continue;
    }
    try {
      const photo = await finder.decode(path, image.rotation);
      if (photo.width === image.width && photo.height === image.height) return photo;
      const found = `${photo.width}×${photo.height}, ${image.width}×${image.height} when its faces were found`;
      reason = { code: 'source-size', message: `${path} is decoded to ${found}; run embed again` };
    } catch (error) {
      reason = { code: 'source-unreadable', message: `${path} cannot be read: ${errorText(error)}` };
    }
  }
  return { reason: reason as Rejection };
}
