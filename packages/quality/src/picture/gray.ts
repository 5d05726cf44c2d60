import { InvalidArgumentError } from '../invalid-argument.js';
import { checkImage, type PixelRect, type RgbImage } from './rgb-image.js';

/** An 8-bit gray picture, row by row from the top left, without padding. */
export interface GrayImage {
  /** `width * height` bytes. */
  data: Uint8Array;
  width: number;
  height: number;
}

/**
 * Brightness of a color (BT.601 luma) without rounding: the weights of {@link toGray} for sums and means over many pixels.
 * Linear, so that the luma of a sum of colors is the sum of their lumas.
 *
 * @returns in the unit of the arguments: 0 to 255 for 8-bit colors
 */
export function luma(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/**
 * Gray values of an RGB image or of a rectangle of it, bit for bit those of OpenCV 4's
 * `cvtColor(…, COLOR_RGB2GRAY)` on 8-bit pixels: the BT.601 luma in 15-bit fixed point, rounded.
 *
 * @param rect part to convert, wholly inside the image; default the whole image
 * @throws {InvalidArgumentError} when `data` does not fit the size, or `rect` is not inside the image
 */
export function toGray(image: RgbImage, rect?: PixelRect): GrayImage {
  checkImage(image, 3);
  const { x, y, width, height } = rect ?? { x: 0, y: 0, width: image.width, height: image.height };
  const whole = [x, y, width, height].every((value) => Number.isInteger(value) && value >= 0);
  if (!whole || x + width > image.width || y + height > image.height) {
    throw new InvalidArgumentError(
      `rectangle ${width}x${height} at ${x},${y} is not inside the ${image.width}x${image.height} image: clip it first`,
    );
  }
  const data = new Uint8Array(width * height);
  const rgb = image.data;
  for (let row = 0, to = 0; row < height; row++) {
    let from = ((y + row) * image.width + x) * 3;
    for (const end = to + width; to < end; to++, from += 3) {
      const luma =
        Math.imul(9798, rgb[from]) + Math.imul(19235, rgb[from + 1]) + Math.imul(3735, rgb[from + 2]);
      data[to] = (luma + 16384) >> 15;
    }
  }
  return { data, width, height };
}
