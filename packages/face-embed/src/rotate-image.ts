import type { PixelRect, RgbImage } from '@face-sets/quality';
import type { Rotation } from './photo-engine.js';
import { storedRegion } from './stored-region.js';

/** The picture turned clockwise; the same object for 0 degrees. */
export function rotateImage(image: RgbImage, degrees: Rotation): RgbImage {
  if (degrees === 0) return image;
  const { data, width, height } = image;
  const rotated = new Uint8Array(data.length);
  const [w, h] = degrees === 180 ? [width, height] : [height, width];
  // Source index of the first pixel of the result, and the steps for one to the right and one down.
  const [start, right, down] =
    degrees === 90
      ? [(height - 1) * width, -width, 1]
      : degrees === 180
        ? [width * height - 1, -1, -width]
        : [width - 1, width, -1];
  let to = 0;
  for (let y = 0; y < h; y++) {
    for (let x = 0, from = 3 * (start + y * down); x < w; x++, from += 3 * right) {
      rotated[to++] = data[from]!;
      rotated[to++] = data[from + 1]!;
      rotated[to++] = data[from + 2]!;
    }
  }
  return { data: rotated, width: w, height: h };
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
  // The EXIF orientation that asks for the same turn.
  const orientation = { 0: 1, 90: 6, 180: 3, 270: 8 }[degrees];
  return storedRegion(region, orientation, width, height);
}
