import type { PixelRect } from '@face-sets/quality';

/** EXIF orientations whose x (or, for 5…8, whose x of the upright picture) counts from the stored picture's far side. */
const X_FROM_FAR = [2, 3, 7, 8];
const Y_FROM_FAR = [3, 4, 6, 7];

/**
 * Where a part of the upright picture lies in the stored one.
 *
 * @param region in pixels of the upright picture
 * @param orientation EXIF orientation, 1…8, that turns the stored picture upright
 * @param width of the upright picture, in pixels
 * @param height of the upright picture, in pixels
 */
export function storedRegion(
  region: PixelRect,
  orientation: number,
  width: number,
  height: number,
): PixelRect {
  const swapped = orientation >= 5;
  const stored = swapped
    ? { x: region.y, y: region.x, width: region.height, height: region.width }
    : { ...region };
  const [storedWidth, storedHeight] = swapped ? [height, width] : [width, height];
  if (X_FROM_FAR.includes(orientation)) stored.x = storedWidth - stored.x - stored.width;
  if (Y_FROM_FAR.includes(orientation)) stored.y = storedHeight - stored.y - stored.height;
  return stored;
}
