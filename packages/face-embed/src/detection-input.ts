import type { RgbImage } from '@face-sets/quality';
import { eachResizedRow } from './resize-linear.js';

/** How a picture is fitted into the square input of the detector. */
export interface DetectionFit {
  /** Size of the fitted picture in the top left corner of the input, in pixels. */
  width: number;
  height: number;
  /** Pixels of the input per pixel of the picture. */
  scale: number;
}

/**
 * The largest size of the picture's proportions that fits a `size`×`size` input, rounded down as InsightFace
 * does; small pictures are enlarged.
 */
export function fitDetection(width: number, height: number, size: number): DetectionFit {
  const ratio = height / width;
  const fitted =
    ratio > 1
      ? { width: Math.floor(size / ratio), height: size }
      : { width: size, height: Math.floor(size * ratio) };
  // A strip thinner than 1 : size would vanish.
  fitted.width = Math.max(1, fitted.width);
  fitted.height = Math.max(1, fitted.height);
  return { ...fitted, scale: fitted.height / height };
}

/**
 * Fills the detector's input: the picture fitted into the top left corner, normalised, in planes R, G, B; the
 * rest is black before normalisation. One pass: no resized picture is kept in between.
 *
 * @param size side of the input in pixels
 * @param table normalised value of each grey level
 * @param out `3 × size × size` numbers
 */
export function writeDetectionInput(
  image: RgbImage,
  fit: DetectionFit,
  size: number,
  table: Float32Array,
  out: Float32Array,
): void {
  const plane = size * size;
  const black = table[0];
  const { width, height } = fit;
  eachResizedRow(image, width, height, (y, upper, lower, w0, w1) => {
    let r = y * size;
    let g = r + plane;
    let b = g + plane;
    for (let i = 0; i < upper.length; i += 3) {
      out[r++] = table[(((upper[i] * w0) >> 16) + ((lower[i] * w1) >> 16) + 2) >> 2];
      out[g++] = table[(((upper[i + 1] * w0) >> 16) + ((lower[i + 1] * w1) >> 16) + 2) >> 2];
      out[b++] = table[(((upper[i + 2] * w0) >> 16) + ((lower[i + 2] * w1) >> 16) + 2) >> 2];
    }
  });
  for (let c = 0; c < 3; c++) {
    const start = c * plane;
    if (width < size) {
      for (let y = 0; y < height; y++) {
        out.fill(black, start + y * size + width, start + (y + 1) * size);
      }
    }
    out.fill(black, start + height * size, start + plane);
  }
}
