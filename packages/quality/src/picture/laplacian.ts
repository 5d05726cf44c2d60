import type { GrayImage } from './gray.js';
import { checkImage } from './rgb-image.js';

/**
 * Variance of the Laplacian, the customary measure of blur (Pech-Pacheco et al., "Diatom autofocusing in
 * brightfield microscopy", 2000): low where there are no edges. Equal to OpenCV's
 * `cv2.Laplacian(gray, cv2.CV_64F).var()`: the 4-neighbor kernel, borders mirrored without repeating the edge
 * pixel, population variance. The sums are of whole numbers and exact, so the result is too, up to its
 * last rounding.
 *
 * It grows with contrast and changes with the size at which the same face is seen.
 *
 * @returns 0 for an image without pixels
 * @throws {InvalidArgumentError} when `data` does not fit the size
 */
export function laplacianVariance(gray: GrayImage): number {
  checkImage(gray, 1);
  const { data, width, height } = gray;
  const count = width * height;
  if (count === 0) return 0;
  let sum = 0;
  let squares = 0;
  const add = (value: number) => {
    sum += value;
    squares += value * value;
  };
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const up = mirrored(y - 1, height) * width - row;
    const down = mirrored(y + 1, height) * width - row;
    const edge = (x: number) =>
      data[row + up + x] +
      data[row + down + x] +
      data[row + mirrored(x - 1, width)] +
      data[row + mirrored(x + 1, width)] -
      4 * data[row + x];
    add(edge(0));
    if (width > 1) add(edge(width - 1));
    const inner = row + width - 1;
    for (let i = row + 1; i < inner; ) {
      const end = Math.min(inner, i + INT32_RUN);
      let runSum = 0;
      let runSquares = 0;
      for (; i < end; i++) {
        const value = (data[i + up] + data[i + down] + data[i - 1] + data[i + 1] - 4 * data[i]) | 0;
        runSum = (runSum + value) | 0;
        runSquares = (runSquares + Math.imul(value, value)) | 0;
      }
      sum += runSum;
      squares += runSquares;
    }
  }
  return (squares - (sum * sum) / count) / count;
}

/** Pixels whose squares (1020² at most) add up below 2³¹: sums of so many stay 32-bit whole numbers, which are quick. */
const INT32_RUN = 2048;

/** Index of the pixel that stands in for one outside the image (OpenCV's BORDER_REFLECT_101). */
function mirrored(index: number, length: number): number {
  if (length === 1) return 0;
  if (index < 0) return -index;
  return index < length ? index : 2 * length - 2 - index;
}
