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
 * Throws a `RangeError` that says what is wrong when `data` has not the length that the size asks for:
 * reading past its end would give NaN scores that no gate can judge.
 */
export function checkImage(
  image: { data: ArrayLike<number>; width: number; height: number },
  channels: number,
): void {
  const { data, width, height } = image;
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 0 || height < 0) {
    throw new RangeError(`image size must be whole and not negative, got ${width}x${height}`);
  }
  if (data.length !== width * height * channels) {
    throw new RangeError(
      `image data has ${data.length} bytes, expected ${width}x${height}x${channels} = ${width * height * channels}: ` +
        `pass ${channels === 3 ? 'RGB without alpha' : 'one byte for each pixel'} and without row padding`,
    );
  }
}

/**
 * The whole pixels of a bbox inside an image: each coordinate truncated towards zero (Python's `int()`),
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
