import { luma } from '../picture/gray.js';
import type { RgbImage } from '../picture/rgb-image.js';

/** Side of the thumbnails that are hashed and correlated, in pixels. */
export const THUMBNAIL_SIDE = 32;

/** A square gray picture, row-major, 0 to 255; its side is the root of its length. */
export type GrayThumbnail = ArrayLike<number>;

/** A rectangle in pixels of a picture, which need be neither whole nor inside. */
export interface GrayRegion {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A rectangle of a picture, averaged to `side`×`side` gray pixels; beyond the picture's edge the edge goes on. */
export function grayThumbnail(
  { data, width, height }: RgbImage,
  region: GrayRegion,
  side = THUMBNAIL_SIDE,
): Float64Array {
  return averaged(region, width, height, side, (y, fromX, toX) => {
    let sum = 0;
    for (let i = (y * width + fromX) * 3, end = (y * width + toX) * 3; i < end; i += 3) {
      sum += luma(data[i], data[i + 1], data[i + 2]);
    }
    return sum;
  });
}

/** A rectangle of a thumbnail, averaged to a thumbnail of `side`×`side` pixels. */
export function partOfThumbnail(
  gray: GrayThumbnail,
  region: GrayRegion,
  side = THUMBNAIL_SIDE,
): Float64Array {
  const length = Math.sqrt(gray.length);
  return averaged(region, length, length, side, (y, fromX, toX) => {
    let sum = 0;
    for (let i = y * length + fromX, end = y * length + toX; i < end; i++) sum += gray[i];
    return sum;
  });
}

/** @param sumOf Sum of the gray values from one column to another, exclusive, of a row. */
function averaged(
  { left, top, width, height }: GrayRegion,
  columns: number,
  rows: number,
  side: number,
  sumOf: (y: number, fromX: number, toX: number) => number,
): Float64Array {
  const gray = new Float64Array(side * side);
  const at = (start: number, size: number, i: number, length: number) =>
    Math.min(Math.max(Math.round(start + (size * i) / side), 0), length - 1);
  for (let cellY = 0; cellY < side; cellY++) {
    const fromY = at(top, height, cellY, rows);
    const toY = Math.max(fromY + 1, at(top, height, cellY + 1, rows));
    for (let cellX = 0; cellX < side; cellX++) {
      const fromX = at(left, width, cellX, columns);
      const toX = Math.max(fromX + 1, at(left, width, cellX + 1, columns));
      let sum = 0;
      for (let y = fromY; y < toY; y++) sum += sumOf(y, fromX, toX);
      gray[cellY * side + cellX] = sum / ((toX - fromX) * (toY - fromY));
    }
  }
  return gray;
}

/** The thumbnail as seen in a mirror. */
export function mirroredThumbnail(gray: Uint8Array): Uint8Array {
  const side = Math.sqrt(gray.length);
  const mirrored = new Uint8Array(gray);
  for (let row = 0; row < gray.length; row += side) mirrored.subarray(row, row + side).reverse();
  return mirrored;
}

/**
 * Correlation of two thumbnails, -1 to 1: how alike they are whatever their brightness and contrast. 1 where neither
 * has any contrast, 0 where one has none.
 */
export function thumbnailCorrelation(a: GrayThumbnail, b: GrayThumbnail): number {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    sumA += a[i];
    sumB += b[i];
    squaresA += a[i] * a[i];
    squaresB += b[i] * b[i];
    products += a[i] * b[i];
  }
  const n = a.length;
  const varianceA = squaresA - (sumA * sumA) / n;
  const varianceB = squaresB - (sumB * sumB) / n;
  // less than one gray level of contrast is rounding
  const [flatA, flatB] = [varianceA < n, varianceB < n];
  if (flatA || flatB) return flatA && flatB ? 1 : 0;
  return (products - (sumA * sumB) / n) / Math.sqrt(varianceA * varianceB);
}

/* jscpd:ignore-start: rounds otherwise than `contrastOf`; thresholds were measured with each */
/** Variance of the gray values. */
export function thumbnailVariance(gray: GrayThumbnail): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < gray.length; i++) {
    sum += gray[i];
    squares += gray[i] * gray[i];
  }
  return (squares - (sum * sum) / gray.length) / gray.length;
}
/* jscpd:ignore-end */
