import { checkImage, InvalidArgumentError, type RgbImage } from '@face-sets/quality';

/** Bits of a weight along each axis: 2048 is 1. */
const WEIGHT_ONE = 1 << 11;

/**
 * The two source positions and weights behind each target position along one axis. Position `i` of the target
 * lies between the sources at `offset0[i]` and `offset1[i]` with `weight0[i]` and `weight1[i]`, in 1/2048.
 */
export interface LinearTaps {
  readonly offset0: Int32Array;
  readonly offset1: Int32Array;
  readonly weight0: Uint16Array;
  readonly weight1: Uint16Array;
}

/**
 * Taps of OpenCV's `INTER_LINEAR` along one axis: half-pixel centers, two taps whatever the scale (so no
 * anti-aliasing), positions beyond the edge clamped to it.
 *
 * Source: OpenCV 4, `modules/imgproc/src/resize.cpp` (positions in single precision, weights rounded half to
 * even to 11 bits).
 *
 * @param source size in pixels
 * @param target size in pixels
 * @param step array elements from one source position to the next: offsets are multiples of it
 */
export function linearTaps(source: number, target: number, axis: 'x' | 'y', step: number): LinearTaps {
  const offset0 = new Int32Array(target);
  const offset1 = new Int32Array(target);
  const weight0 = new Uint16Array(target);
  const weight1 = new Uint16Array(target);
  const scale = 1 / (target / source);
  for (let i = 0; i < target; i++) {
    const position = Math.fround((i + 0.5) * scale - 0.5);
    let index = Math.floor(position);
    let fraction = Math.fround(position - index);
    // Beyond the edge both taps are the edge pixel. Along y the weights stay uneven then, and are truncated one
    // by one, which can cost one gray level.
    if (axis === 'x' && (index < 0 || index >= source - 1)) {
      index = index < 0 ? 0 : source - 1;
      fraction = 0;
    }
    offset0[i] = Math.max(index, 0) * step;
    offset1[i] = Math.min(index + 1, source - 1) * step;
    weight0[i] = roundHalfEven(Math.fround(1 - fraction) * WEIGHT_ONE);
    weight1[i] = roundHalfEven(fraction * WEIGHT_ONE);
  }
  return { offset0, offset1, weight0, weight1 };
}

/**
 * The value between four: `a`, `b` on the upper row and `d`, `e` on the lower one, with the weights of the two
 * columns and the two rows, rounded where OpenCV's fixed-point arithmetic rounds.
 */
export function blendLinear(
  a: number,
  b: number,
  d: number,
  e: number,
  column0: number,
  column1: number,
  row0: number,
  row1: number,
): number {
  const upper = (Math.imul(a, column0) + Math.imul(b, column1)) >> 4;
  const lower = (Math.imul(d, column0) + Math.imul(e, column1)) >> 4;
  return ((Math.imul(upper, row0) >> 16) + (Math.imul(lower, row1) >> 16) + 2) >> 2;
}

/** Nearest integer, ties to the even one: what C's `lrint` does by default. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * Resizes exactly as OpenCV's `cv2.resize(…, interpolation=cv2.INTER_LINEAR)` does on 8-bit pictures, which is
 * what the InsightFace models have been run with: bilinear between two neighbors, without anti-aliasing.
 *
 * @param width target width in pixels, at least 1
 * @param height target height in pixels, at least 1
 * @throws {InvalidArgumentError} when a side is not a positive integer.
 */
export function resizeLinear(image: RgbImage, width: number, height: number): RgbImage {
  checkImage(image, 3);
  requireSize(image.width, image.height, 'source');
  requireSize(width, height, 'target');
  const source = image.data;
  const data = new Uint8Array(width * height * 3);
  const columns = linearTaps(image.width, width, 'x', 3);
  const rows = linearTaps(image.height, height, 'y', image.width * 3);
  for (let y = 0, o = 0; y < height; y++) {
    const upper = rows.offset0[y];
    const lower = rows.offset1[y];
    const row0 = rows.weight0[y];
    const row1 = rows.weight1[y];
    for (let x = 0; x < width; x++) {
      const left = columns.offset0[x];
      const right = columns.offset1[x];
      const column0 = columns.weight0[x];
      const column1 = columns.weight1[x];
      for (let c = 0; c < 3; c++, o++) {
        const a = source[upper + left + c];
        const b = source[upper + right + c];
        const d = source[lower + left + c];
        const e = source[lower + right + c];
        data[o] = blendLinear(a, b, d, e, column0, column1, row0, row1);
      }
    }
  }
  return { data, width, height };
}

function requireSize(width: number, height: number, which: string): void {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new InvalidArgumentError(
      `resize: the ${which} is ${width}×${height}; both sides must be positive integers`,
    );
  }
}
