import { checkImage, type PixelRect, type RgbImage } from '@face-sets/quality';
import { orientImage } from './orient-image.js';
import type { Rotation } from './rotation.js';
import { storedRegion } from './stored-region.js';

/** The EXIF orientation that asks for the same turn. */
const ORIENTATION = { 0: 1, 90: 6, 180: 3, 270: 8 };

/** The picture turned clockwise; the same object for 0 degrees. */
export function rotateImage(image: RgbImage, degrees: Rotation): RgbImage {
  checkImage(image, 3);
  return orientImage(image, ORIENTATION[degrees]);
}

/**
 * Where a part of the turned picture lies in the picture before it was turned.
 *
 * @param width of the turned picture, in pixels
 * @param height of the turned picture, in pixels
 */
export function unrotateRegion(
  region: PixelRect,
  degrees: Rotation,
  width: number,
  height: number,
): PixelRect {
  return storedRegion(region, ORIENTATION[degrees], width, height);
}
