import type { RgbImage } from '@face-sets/quality';
import { blendLinear, linearTaps } from '../geometry/resize-linear.js';

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
 * Fills the detector's input: the picture fitted into the top left corner, normalized, in planes R, G, B; the
 * rest is black before normalization. One pass: no resized picture is kept in between.
 *
 * @param size side of the input in pixels
 * @param table normalized value of each gray level
 * @param out `3 × size × size` numbers
 */
export function writeDetectionInput(
  image: RgbImage,
  fit: DetectionFit,
  size: number,
  table: Float32Array,
  out: Float32Array,
): void {
  const { data } = image;
  const { width, height } = fit;
  const plane = size * size;
  const black = table[0];
  if (width === image.width && height === image.height) {
    // As large photos come from the decoder; the arithmetic below gives the same values.
    for (let y = 0, p = 0; y < height; y++) {
      for (let x = 0, o = y * size; x < width; x++, o++, p += 3) {
        out[o] = table[data[p]];
        out[o + plane] = table[data[p + 1]];
        out[o + 2 * plane] = table[data[p + 2]];
      }
    }
  } else writeResized(image, fit, size, table, out);
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

function writeResized(
  image: RgbImage,
  { width, height }: DetectionFit,
  size: number,
  table: Float32Array,
  out: Float32Array,
): void {
  const { data } = image;
  const plane = size * size;
  const { offset0, offset1, weight0, weight1 } = linearTaps(image.width, width, 'x', 3);
  /* jscpd:ignore-start: the rows of `resizeLinear`, which writes another layout; both are inner loops */
  const rows = linearTaps(image.height, height, 'y', image.width * 3);
  for (let y = 0; y < height; y++) {
    const upper = rows.offset0[y];
    const lower = rows.offset1[y];
    const row0 = rows.weight0[y];
    const row1 = rows.weight1[y];
    /* jscpd:ignore-end */
    for (let x = 0, o = y * size; x < width; x++, o++) {
      const column0 = weight0[x];
      const column1 = weight1[x];
      const a = upper + offset0[x];
      const b = upper + offset1[x];
      const d = lower + offset0[x];
      const e = lower + offset1[x];
      // Written out for the three channels: a loop over them takes half as long again.
      out[o] = table[blendLinear(data[a], data[b], data[d], data[e], column0, column1, row0, row1)];
      out[o + plane] =
        table[blendLinear(data[a + 1], data[b + 1], data[d + 1], data[e + 1], column0, column1, row0, row1)];
      out[o + 2 * plane] =
        table[blendLinear(data[a + 2], data[b + 2], data[d + 2], data[e + 2], column0, column1, row0, row1)];
    }
  }
}
