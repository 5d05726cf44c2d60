import type { Box } from '../picture/crop-region.js';
import type { RgbImage } from '../picture/rgb-image.js';
import { type GrayThumbnail, grayThumbnail, THUMBNAIL_SIDE as SIDE } from './gray-thumbnail.js';

/** Frequencies kept in each direction, from the lowest that is not constant. */
const KEPT = 8;
/** Padding around the bbox, as a share of its longer side: hair and chin count, the background hardly. */
const PADDING = 0.15;

/** 64 bits, in two halves. */
export type PerceptualHash = readonly [number, number];

/**
 * Perceptual hash of a face in its photo: equal or nearly so for copies of one picture, whatever their size,
 * compression or brightness.
 *
 * @param bbox Pixels of the image; beyond its edge the edge goes on.
 */
export function perceptualHash(image: RgbImage, bbox: Box): PerceptualHash {
  return hashOfThumbnail(faceThumbnail(image, bbox));
}

/** What is hashed of a face: the square around the bbox with some padding, averaged down to 32×32 gray pixels. */
function faceThumbnail(image: RgbImage, [x1, y1, x2, y2]: Box): Float64Array {
  const side = Math.max(x2 - x1, y2 - y1) * (1 + 2 * PADDING);
  const [left, top] = [(x1 + x2 - side) / 2, (y1 + y2 - side) / 2];
  return grayThumbnail(image, { left, top, width: side, height: side });
}

/**
 * Of the thumbnail's discrete cosine transform the 8×8 lowest frequencies that are not constant, each compared with
 * their median (the DCT hash of C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010).
 */
export function hashOfThumbnail(gray: GrayThumbnail): PerceptualHash {
  const rows = new Float64Array(SIDE * KEPT);
  for (let y = 0; y < SIDE; y++) {
    for (let u = 0; u < KEPT; u++) {
      let sum = 0;
      for (let x = 0; x < SIDE; x++) sum += gray[y * SIDE + x] * COSINES[u * SIDE + x];
      rows[y * KEPT + u] = sum;
    }
  }
  const frequencies = new Float64Array(KEPT * KEPT);
  for (let v = 0; v < KEPT; v++) {
    for (let u = 0; u < KEPT; u++) {
      let sum = 0;
      for (let y = 0; y < SIDE; y++) sum += rows[y * KEPT + u] * COSINES[v * SIDE + y];
      frequencies[v * KEPT + u] = sum;
    }
  }
  const sorted = frequencies.slice().sort();
  const median = (sorted[31] + sorted[32]) / 2;
  const half = (from: number) => {
    let bits = 0;
    for (let i = 0; i < 32; i++) if (frequencies[from + i] > median) bits |= 1 << i;
    return bits >>> 0;
  };
  return [half(0), half(32)];
}

/** Bits in which two hashes differ, 0 to 64; unrelated pictures differ in about 32. */
export function hashDistance(a: PerceptualHash, b: PerceptualHash): number {
  return countBits(a[0] ^ b[0]) + countBits(a[1] ^ b[1]);
}

/** Row k − 1: cos(π·k·(2x + 1) / 64) of frequency k = 1 … 8. */
const COSINES = Float64Array.from({ length: KEPT * SIDE }, (_, i) => {
  const frequency = Math.floor(i / SIDE) + 1;
  return Math.cos((Math.PI * frequency * (2 * (i % SIDE) + 1)) / (2 * SIDE));
});

function countBits(bits: number): number {
  let left = bits >>> 0;
  let count = 0;
  for (; left !== 0; left &= left - 1) count++;
  return count;
}
