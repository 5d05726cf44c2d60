import type { RgbImage } from '@face-sets/quality';

/** Bits of a weight in the horizontal and in the vertical pass: 2048 is 1. */
const WEIGHT_BITS = 11;
const WEIGHT_ONE = 1 << WEIGHT_BITS;

/**
 * The two source positions and weights behind each target position along one axis: position `i` of the target
 * is `weight0[i] · source[index0[i]] + weight1[i] · source[index1[i]]`, weights in 1/2048.
 */
interface LinearTaps {
  readonly index0: Int32Array;
  readonly index1: Int32Array;
  readonly weight0: Int32Array;
  readonly weight1: Int32Array;
}

/**
 * Taps of OpenCV's `INTER_LINEAR` from `sourceSize` to `targetSize` pixels: half-pixel centres, two taps
 * whatever the scale (so no anti-aliasing), positions beyond the edge clamped to it.
 *
 * Source: OpenCV 4, `modules/imgproc/src/resize.cpp` (positions in single precision, weights rounded half to
 * even to 11 bits).
 */
function linearTaps(sourceSize: number, targetSize: number, axis: 'x' | 'y'): LinearTaps {
  const index0 = new Int32Array(targetSize);
  const index1 = new Int32Array(targetSize);
  const weight0 = new Int32Array(targetSize);
  const weight1 = new Int32Array(targetSize);
  const scale = 1 / (targetSize / sourceSize);
  for (let i = 0; i < targetSize; i++) {
    const position = Math.fround((i + 0.5) * scale - 0.5);
    let index = Math.floor(position);
    let fraction = Math.fround(position - index);
    // Beyond the edge both taps are the edge pixel. Along y the weights stay uneven then, and are truncated one
    // by one, which can cost one grey level.
    if (axis === 'x' && (index < 0 || index >= sourceSize - 1)) {
      index = index < 0 ? 0 : sourceSize - 1;
      fraction = 0;
    }
    index0[i] = Math.max(index, 0);
    index1[i] = Math.min(index + 1, sourceSize - 1);
    weight0[i] = roundHalfEven(Math.fround(1 - fraction) * WEIGHT_ONE);
    weight1[i] = roundHalfEven(fraction * WEIGHT_ONE);
  }
  return { index0, index1, weight0, weight1 };
}

/** Nearest integer, ties to the even one: what C's `lrint` does by default. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * One row of interleaved RGB, resized along x only, in units of 1/128 of a grey level: what the vertical pass
 * reads. `out` holds `target width × 3` values.
 */
function resizeRow(data: Uint8Array, rowStart: number, taps: LinearTaps, out: Int32Array): void {
  const { index0, index1, weight0, weight1 } = taps;
  for (let x = 0, o = 0; x < index0.length; x++, o += 3) {
    const left = rowStart + index0[x] * 3;
    const right = rowStart + index1[x] * 3;
    const w0 = weight0[x];
    const w1 = weight1[x];
    out[o] = (data[left] * w0 + data[right] * w1) >> 4;
    out[o + 1] = (data[left + 1] * w0 + data[right + 1] * w1) >> 4;
    out[o + 2] = (data[left + 2] * w0 + data[right + 2] * w1) >> 4;
  }
}

/**
 * Calls `visit(y, upper, lower, w0, w1)` for each target row from top to bottom. `upper` and `lower` are the
 * two source rows behind it, resized along x (see {@link resizeRow}); the value of channel `c` is
 * `(((upper[c] · w0) >> 16) + ((lower[c] · w1) >> 16) + 2) >> 2`. Rows are resized once, and only those needed.
 */
export function eachResizedRow(
  image: RgbImage,
  width: number,
  height: number,
  visit: (y: number, upper: Int32Array, lower: Int32Array, w0: number, w1: number) => void,
): void {
  const horizontal = linearTaps(image.width, width, 'x');
  const vertical = linearTaps(image.height, height, 'y');
  const stride = image.width * 3;
  let upper = new Int32Array(width * 3);
  let lower = new Int32Array(width * 3);
  let upperRow = -1;
  let lowerRow = -1;
  for (let y = 0; y < height; y++) {
    const row0 = vertical.index0[y];
    const row1 = vertical.index1[y];
    if (row0 !== upperRow) {
      if (row0 === lowerRow) {
        [upper, lower] = [lower, upper];
        [upperRow, lowerRow] = [lowerRow, upperRow];
      } else {
        resizeRow(image.data, row0 * stride, horizontal, upper);
        upperRow = row0;
      }
    }
    if (row1 === row0) visit(y, upper, upper, vertical.weight0[y], vertical.weight1[y]);
    else {
      if (row1 !== lowerRow) {
        resizeRow(image.data, row1 * stride, horizontal, lower);
        lowerRow = row1;
      }
      visit(y, upper, lower, vertical.weight0[y], vertical.weight1[y]);
    }
  }
}

/**
 * Resizes exactly as OpenCV's `cv2.resize(…, interpolation=cv2.INTER_LINEAR)` does on 8-bit pictures, which is
 * what the InsightFace models have been run with: bilinear between two neighbours, without anti-aliasing.
 *
 * @param width target width in pixels, at least 1
 * @param height target height in pixels, at least 1
 * @throws {RangeError} when a side is no positive integer.
 */
export function resizeLinear(image: RgbImage, width: number, height: number): RgbImage {
  requireSize(image.width, image.height, 'source');
  requireSize(width, height, 'target');
  const data = new Uint8Array(width * height * 3);
  let o = 0;
  eachResizedRow(image, width, height, (_y, upper, lower, w0, w1) => {
    for (let i = 0; i < upper.length; i++) {
      data[o++] = (((upper[i] * w0) >> 16) + ((lower[i] * w1) >> 16) + 2) >> 2;
    }
  });
  return { data, width, height };
}

function requireSize(width: number, height: number, which: string): void {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new RangeError(`resize: the ${which} is ${width}×${height}; both sides must be positive integers`);
  }
}
