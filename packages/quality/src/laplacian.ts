import type { GrayImage } from './gray.js';
import { checkImage } from './rgb-image.js';

/**
 * Variance of the Laplacian, the customary measure of blur (Pech-Pacheco et al., "Diatom autofocusing in
 * brightfield microscopy", 2000): low where there are no edges. Equal to OpenCV's
 * `cv2.Laplacian(gray, cv2.CV_64F).var()`: the 4-neighbour kernel, borders mirrored without repeating the edge
 * pixel, population variance. The sums are of whole numbers and exact, so the result is too, up to its
 * last rounding.
 *
 * It grows with contrast and changes with the size at which the same face is seen; `normalizedSharpness` does not.
 *
 * @returns 0 for an image without pixels
 * @throws RangeError when `data` does not fit the size
 */
export function laplacianVariance(gray: GrayImage): number {
  checkImage(gray, 1);
  const { data, width, height } = gray;
  const count = width * height;
  if (count === 0) return 0;
  let sum = 0;
  let squares = 0;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const above = mirrored(y - 1, height) * width;
    const below = mirrored(y + 1, height) * width;
    for (let x = 0; x < width; x++) {
      const left = x > 0 ? x - 1 : mirrored(x - 1, width);
      const right = x + 1 < width ? x + 1 : mirrored(x + 1, width);
      const value =
        data[above + x] + data[below + x] + data[row + left] + data[row + right] - 4 * data[row + x];
      sum += value;
      squares += value * value;
    }
  }
  return (squares - (sum * sum) / count) / count;
}

/** Index of the pixel that stands in for one outside the image (OpenCV's BORDER_REFLECT_101). */
function mirrored(index: number, length: number): number {
  if (length === 1) return 0;
  if (index < 0) return -index;
  return index < length ? index : 2 * length - 2 - index;
}
