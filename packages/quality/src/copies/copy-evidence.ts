import type { Box } from '../picture/crop-region.js';
import type { RgbImage } from '../picture/rgb-image.js';
import { sharpnessScore } from '../scores/sharpness.js';
import { type CopyTraits, copyTraits } from './copy-traits.js';

/** Padding around a face whose traits are measured, as a share of its size on each side. */
const PADDING = 0.2;
/** Longer sides of a part that is measured are cut: more pixels say no more. */
const MOST_SIDE = 400;
const LEAST_SIDE = 16;
/** Variance of the gray levels of an ordinary face: the contrast at which sharpness is compared. */
export const TYPICAL_VARIANCE = 2000;

/**
 * The traits of a face's picture, in full size; `undefined` where it is too small to tell.
 *
 * @param bbox pixels of `image`
 */
export function faceTraits(image: RgbImage, [x1, y1, x2, y2]: Box): CopyTraits | undefined {
  const [left, right] = span(x1, x2, image.width);
  const [top, bottom] = span(y1, y2, image.height);
  const rect = { x: left, y: top, width: right - left, height: bottom - top };
  return rect.width < LEAST_SIDE || rect.height < LEAST_SIDE ? undefined : copyTraits(image, rect);
}

/** The sharpness of a face by its traits, which noise, blocks and contrast do not raise; see `sharpnessScore`. */
export function sharpnessOf({ detail }: CopyTraits, shortEdge: number): number {
  return sharpnessScore(detail * TYPICAL_VARIANCE, shortEdge);
}

/** A side of the part around a face: padded, cut to the picture and to the most that is measured. */
function span(from: number, to: number, size: number): [number, number] {
  const middle = (from + to) / 2;
  const half = Math.min(MOST_SIDE / 2, (to - from) * (0.5 + PADDING));
  return [Math.max(0, Math.floor(middle - half)), Math.min(size, Math.ceil(middle + half))];
}
