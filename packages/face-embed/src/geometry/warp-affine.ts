import { checkImage, type RgbImage } from '@face-sets/quality';
import { type AffineTransform, invertAffine } from './affine-transform.js';
import { roundHalfEven } from './resize-linear.js';

/** Source positions are computed in 1/1024 of a pixel, then rounded to 1/32. */
const POSITION_ONE = 1024;
const POSITION_ROUNDING = 16;

/**
 * Draws `image` through an affine transform, exactly as OpenCV's
 * `cv2.warpAffine(image, transform, (width, height), flags=cv2.INTER_LINEAR, borderValue=0)` does on 8-bit
 * pictures: bilinear at source positions rounded to 1/32 pixel, black outside.
 *
 * Source: OpenCV 4, `modules/imgproc/src/imgwarp.cpp`.
 *
 * @param transform from pixels of `image` to pixels of the result
 * @param width of the result, in pixels
 * @param height of the result, in pixels
 */
export function warpAffine(
  image: RgbImage,
  transform: AffineTransform,
  width: number,
  height: number,
): RgbImage {
  checkImage(image, 3);
  const out = new Uint8Array(width * height * 3);
  const { data } = image;
  const lastX = image.width - 1;
  const lastY = image.height - 1;
  const stride = image.width * 3;
  const inverse = invertAffine(transform);
  const deltaX = new Int32Array(width);
  const deltaY = new Int32Array(width);
  for (let x = 0; x < width; x++) {
    deltaX[x] = saturateInt(inverse[0] * x * POSITION_ONE);
    deltaY[x] = saturateInt(inverse[3] * x * POSITION_ONE);
  }
  for (let y = 0, o = 0; y < height; y++) {
    const startX = saturateInt((inverse[1] * y + inverse[2]) * POSITION_ONE) + POSITION_ROUNDING;
    const startY = saturateInt((inverse[4] * y + inverse[5]) * POSITION_ONE) + POSITION_ROUNDING;
    for (let x = 0; x < width; x++, o += 3) {
      const fixedX = (startX + deltaX[x]) >> 5;
      const fixedY = (startY + deltaY[x]) >> 5;
      const sx = fixedX >> 5;
      const sy = fixedY >> 5;
      if (sx < -1 || sy < -1 || sx > lastX || sy > lastY) continue;
      const fx = fixedX & 31;
      const fy = fixedY & 31;
      // Weights are exact products in 1/32768, of which the common factor 32 is left out.
      const inLeft = sx >= 0;
      const inRight = sx < lastX;
      const inTop = sy >= 0;
      const inBottom = sy < lastY;
      const w00 = inLeft && inTop ? (32 - fx) * (32 - fy) : 0;
      const w01 = inRight && inTop ? fx * (32 - fy) : 0;
      const w10 = inLeft && inBottom ? (32 - fx) * fy : 0;
      const w11 = inRight && inBottom ? fx * fy : 0;
      const p00 = sy * stride + sx * 3;
      // A tap of weight 0 may lie outside of the picture: it is read from inside instead.
      const i00 = w00 > 0 ? p00 : 0;
      const i01 = w01 > 0 ? p00 + 3 : 0;
      const i10 = w10 > 0 ? p00 + stride : 0;
      const i11 = w11 > 0 ? p00 + stride + 3 : 0;
      for (let c = 0; c < 3; c++) {
        out[o + c] =
          (data[i00 + c] * w00 + data[i01 + c] * w01 + data[i10 + c] * w10 + data[i11 + c] * w11 + 512) >> 10;
      }
    }
  }
  return { data: out, width, height };
}

/** To a 32-bit integer, ties to even, clamped to its range (less the rounding added later). */
function saturateInt(value: number): number {
  if (!(value > -2147483000)) return -2147483000;
  return value < 2147483000 ? roundHalfEven(value) : 2147483000;
}
