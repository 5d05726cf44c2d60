import type { AffineTransform } from './affine-transform.js';

/** The longer side of the bbox is this share of the crop's side. */
const MARGIN = 1.5;

/**
 * The transform from pixels of the picture to those of the square crop that a landmark or attribute model looks at:
 * centered on the bbox, its side 1.5 times the longer side of the bbox, not turned.
 *
 * @param bbox `[x1, y1, x2, y2]` in pixels of the picture
 * @param size side of the crop in pixels
 */
export function landmarkCrop(bbox: ArrayLike<number>, size: number): AffineTransform {
  const { fround } = Math;
  const longer = Math.max(fround(bbox[2] - bbox[0]), fround(bbox[3] - bbox[1]));
  const scale = size / (longer * MARGIN);
  const centerX = fround(bbox[2] + bbox[0]) / 2;
  const centerY = fround(bbox[3] + bbox[1]) / 2;
  return [scale, 0, size / 2 - centerX * scale, 0, scale, size / 2 - centerY * scale];
}

/** Two opposite corners of that square, x and y in turn, in pixels of the picture. */
export function landmarkCorners(bbox: ArrayLike<number>): number[] {
  const half = (Math.max(bbox[2] - bbox[0], bbox[3] - bbox[1]) * MARGIN) / 2;
  const x = (bbox[0] + bbox[2]) / 2;
  const y = (bbox[1] + bbox[3]) / 2;
  return [x - half, y - half, x + half, y + half];
}
