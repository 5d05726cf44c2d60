import { described, InvalidArgumentError } from '../invalid-argument.js';

/**
 * A decoded picture: 8-bit RGB, interleaved, row by row from the top left, without padding or alpha.
 * Upright (orientation already applied), so that a bbox of it is in the pixels of `data`.
 */
export interface RgbImage {
  /** `width * height * 3` bytes: R, G, B of the first pixel, then of the one to its right, and so on. */
  data: Uint8Array;
  /** Pixels in a row. */
  width: number;
  /** Number of rows. */
  height: number;
}

/** A rectangle of whole pixels inside an image; `x`, `y` is its top left corner, inside the rectangle. */
export interface PixelRect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** `[x1, y1, x2, y2]` in pixels of the upright image, fractions allowed, possibly reaching outside it. */
export type Bbox = ArrayLike<number>;

/**
 * Throws if a value is not a picture, or does not have the number of bytes that its size requires: RGBA or gray pixels in
 * place of RGB would give scores, crops and detections that mean nothing.
 *
 * @param channels bytes for each pixel: 3 for RGB, 1 for gray
 * @throws {InvalidArgumentError}
 */
export function checkImage(
  image: { data: ArrayLike<number>; width: number; height: number },
  channels: number,
): void {
  const kind = channels === 3 ? 'RGB' : 'gray';
  if (typeof image !== 'object' || image === null || typeof image.data?.length !== 'number') {
    throw new InvalidArgumentError(
      `image: expected {data, width, height} with ${kind} pixels, received ${described(image)}`,
    );
  }
  const { data, width, height } = image;
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 0 || height < 0) {
    throw new InvalidArgumentError(
      `image: expected a size of whole numbers, 0 or more, received ${width}x${height}`,
    );
  }
  const expected = width * height * channels;
  if (data.length === expected) return;
  const found = [1, 2, 3, 4].find((n) => data.length === width * height * n);
  const names: Record<number, string> = { 1: 'gray', 2: 'gray with alpha', 3: 'RGB', 4: 'RGBA' };
  throw new InvalidArgumentError(
    `image: expected ${width}x${height}x${channels} = ${expected} bytes of ${kind} without row padding, ` +
      `received ${data.length}${found ? `, which is ${names[found]}` : ''}`,
  );
}

/**
 * The whole pixels of a bbox inside an image: each coordinate truncated toward zero (Python's `int()`),
 * then clipped to the image. `null` where nothing of the box is inside, or a coordinate is not finite.
 */
export function bboxRect(bbox: Bbox, image: { width: number; height: number }): PixelRect | null {
  const x = Math.max(0, Math.trunc(bbox[0]));
  const y = Math.max(0, Math.trunc(bbox[1]));
  const width = Math.min(image.width, Math.trunc(bbox[2])) - x;
  const height = Math.min(image.height, Math.trunc(bbox[3])) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

/** Length of the shorter side of a bbox in pixels, of the whole box whether inside the image or not. */
export function shortEdge(bbox: Bbox): number {
  return Math.min(bbox[2] - bbox[0], bbox[3] - bbox[1]);
}
