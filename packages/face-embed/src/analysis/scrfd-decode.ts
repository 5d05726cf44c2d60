import type { Detection } from '@face-sets/quality';

/** The outputs of a SCRFD graph for one stride, rows in the order of its cells. */
export interface ScrfdLevel {
  /** Pixels of the input per cell. */
  stride: number;
  /** One score a row. */
  scores: Float32Array;
  /** Distances left, top, right, bottom of each row, in strides. */
  boxes: Float32Array;
  /** Offsets x, y of five points of each row, in strides. */
  keypoints: Float32Array;
}

/**
 * Candidates of one SCRFD run: every row with a score of `threshold` or more. Distances count from the corner
 * `(x · stride, y · stride)` of the row's cell.
 *
 * @param anchors rows of each cell
 * @param size side of the square input in pixels
 * @param scale pixels of the input per pixel of the picture
 * @returns candidates in pixels of the picture, in no particular order
 */
export function decodeScrfd(
  levels: readonly ScrfdLevel[],
  anchors: number,
  size: number,
  scale: number,
  threshold: number,
): Detection[] {
  const found: Detection[] = [];
  const { fround } = Math;
  const divisor = fround(scale);
  for (const { stride, scores, boxes, keypoints } of levels) {
    const columns = Math.floor(size / stride);
    for (let row = 0; row < scores.length; row++) {
      if (!(scores[row] >= threshold)) continue;
      const cell = Math.floor(row / anchors);
      const x = (cell % columns) * stride;
      const y = Math.floor(cell / columns) * stride;
      const toPicture = (origin: number, distance: number) =>
        fround(fround(origin + fround(distance * stride)) / divisor);
      const b = row * 4;
      const bbox = Float32Array.of(
        toPicture(x, -boxes[b]),
        toPicture(y, -boxes[b + 1]),
        toPicture(x, boxes[b + 2]),
        toPicture(y, boxes[b + 3]),
      );
      const kps = new Float32Array(10);
      for (let k = 0; k < 10; k += 2) {
        kps[k] = toPicture(x, keypoints[row * 10 + k]);
        kps[k + 1] = toPicture(y, keypoints[row * 10 + k + 1]);
      }
      found.push({ bbox, kps, detScore: scores[row] });
    }
  }
  return found;
}
