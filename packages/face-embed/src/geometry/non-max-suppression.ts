/**
 * Greedy non-maximum suppression: of boxes that overlap by more than `threshold` (intersection over union),
 * only the first is kept. Widths and heights count both end pixels (+1), as in InsightFace.
 *
 * @param boxes x1, y1, x2, y2 of each box in turn, best box first
 * @param threshold intersection over union above which the later box is dropped
 * @returns indices of the boxes kept, in ascending order.
 */
export function nonMaxSuppression(boxes: Float32Array, threshold: number): number[] {
  const count = boxes.length / 4;
  const areas = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const b = i * 4;
    areas[i] = (boxes[b + 2] - boxes[b] + 1) * (boxes[b + 3] - boxes[b + 1] + 1);
  }
  const kept: number[] = [];
  for (let i = 0; i < count; i++) {
    if (!kept.some((k) => overlap(boxes, areas, k, i) > threshold)) kept.push(i);
  }
  return kept;
}

function overlap(boxes: Float32Array, areas: Float64Array, i: number, j: number): number {
  const a = i * 4;
  const b = j * 4;
  const width = Math.min(boxes[a + 2], boxes[b + 2]) - Math.max(boxes[a], boxes[b]) + 1;
  const height = Math.min(boxes[a + 3], boxes[b + 3]) - Math.max(boxes[a + 1], boxes[b + 1]) + 1;
  if (width <= 0 || height <= 0) return 0;
  const intersection = width * height;
  return intersection / (areas[i] + areas[j] - intersection);
}
