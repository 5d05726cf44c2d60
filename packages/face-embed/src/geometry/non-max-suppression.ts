import { iou } from '@face-sets/quality';

/**
 * Greedy non-maximum suppression: of boxes that overlap by more than `threshold` (intersection over union),
 * only the first is kept. Widths and heights count both end pixels (+1), as in InsightFace.
 *
 * @param boxes x1, y1, x2, y2 of each box in turn, best box first
 * @param threshold intersection over union above which the later box is dropped
 * @returns indices of the boxes kept, in ascending order.
 */
export function nonMaxSuppression(boxes: Float32Array, threshold: number): number[] {
  // A box from its first pixel to the end of its last one.
  const ends = Float64Array.from(boxes, (value, i) => (i % 4 < 2 ? value : value + 1));
  const kept: { index: number; box: Float64Array }[] = [];
  for (let index = 0; 4 * index < boxes.length; index++) {
    const box = ends.subarray(4 * index, 4 * index + 4);
    if (!kept.some((better) => iou(better.box, box) > threshold)) kept.push({ index, box });
  }
  return kept.map(({ index }) => index);
}
