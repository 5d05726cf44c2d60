import type { RgbImage } from './rgb-image.js';

/** What a network wants each 8-bit value to be: `(value − mean) / std`. */
export interface Normalization {
  readonly mean: number;
  readonly std: number;
}

/** The normalized value of each of the 256 gray levels. */
export function normalizationTable({ mean, std }: Normalization): Float32Array {
  return Float32Array.from({ length: 256 }, (_, level) => (level - mean) / std);
}

/**
 * Writes a picture as three planes R, G, B of normalized floats (a network's CHW input) to `out`.
 *
 * @param table from {@link normalizationTable}
 * @param offset index in `out` of the first value
 */
export function writeChannelPlanes(
  image: RgbImage,
  table: Float32Array,
  out: Float32Array,
  offset = 0,
): void {
  const { data } = image;
  const plane = image.width * image.height;
  for (let i = 0, p = 0; i < plane; i++, p += 3) {
    out[offset + i] = table[data[p]];
    out[offset + plane + i] = table[data[p + 1]];
    out[offset + 2 * plane + i] = table[data[p + 2]];
  }
}
