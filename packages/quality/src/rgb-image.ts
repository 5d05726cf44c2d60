/**
 * An upright picture in memory: 8-bit sRGB, three interleaved channels in the order R, G, B, rows from top to
 * bottom without padding. `data.length` is `width × height × 3`.
 */
export interface RgbImage {
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}
