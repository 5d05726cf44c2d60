import type { Detection, PixelRect } from '@face-sets/quality';
import { invertAffine } from '../geometry/affine-transform.js';
import { ALIGNED_SIZE, alignTransform } from '../geometry/align-face.js';

/** Pixels beyond a corner that interpolation may look at, and more for rounding. */
const MARGIN = 3;

/**
 * The part of a picture that holds all that is looked at to measure and embed faces: their boxes, and the turned
 * squares that are cut out around their keypoints. The whole picture where keypoints have no such square.
 *
 * @param faces in pixels of the picture
 */
export function faceRegion(
  faces: readonly Pick<Detection, 'bbox' | 'kps'>[],
  width: number,
  height: number,
): PixelRect {
  const points: number[] = [];
  for (const { bbox, kps } of faces) {
    const [a, b, c, d, e, f] = invertAffine(alignTransform(kps));
    for (const [x, y] of CORNERS) points.push(a * x + b * y + c, d * x + e * y + f);
    points.push(...bbox);
  }
  return boundingRegion(points, width, height);
}

/**
 * The part of a picture that holds the given points and their neighbors; the whole picture where none of it does.
 *
 * @param points x and y in turn, in pixels of the picture
 */
export function boundingRegion(points: readonly number[], width: number, height: number): PixelRect {
  const range = (first: 0 | 1, size: number) => {
    let low = size;
    let high = 0;
    for (let i = first; i < points.length; i += 2) {
      low = Math.min(low, Math.floor(points[i]) - MARGIN);
      high = Math.max(high, Math.ceil(points[i]) + MARGIN);
    }
    return [Math.max(0, low), Math.min(size, high)];
  };
  const [left, right] = range(0, width);
  const [top, bottom] = range(1, height);
  // Also what is not a number ends here.
  if (!(right > left && bottom > top)) return { x: 0, y: 0, width, height };
  return { x: left, y: top, width: right - left, height: bottom - top };
}

const CORNERS = [
  [0, 0],
  [ALIGNED_SIZE, 0],
  [0, ALIGNED_SIZE],
  [ALIGNED_SIZE, ALIGNED_SIZE],
];
