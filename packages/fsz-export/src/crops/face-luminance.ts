import { type Box, luma, type RgbImage } from '@face-sets/quality';

/** Pixels between two that are looked at. */
const STEP = 2;

/** Mean gray value (BT.601) of the ellipse in a bbox, 0 to 255; 0 where it is outside of the image. */
export function faceLuminance({ data, width, height }: RgbImage, [x1, y1, x2, y2]: Box): number {
  let sum = 0;
  let count = 0;
  const endX = Math.min(width, x2);
  const endY = Math.min(height, y2);
  for (let y = Math.max(0, Math.floor(y1)); y < endY; y += STEP) {
    const dy = (2 * y + 1 - y1 - y2) / (y2 - y1);
    for (let x = Math.max(0, Math.floor(x1)); x < endX; x += STEP) {
      const dx = (2 * x + 1 - x1 - x2) / (x2 - x1);
      if (dx * dx + dy * dy > 1) continue;
      const at = (y * width + x) * 3;
      sum += luma(data[at], data[at + 1], data[at + 2]);
      count++;
    }
  }
  return count > 0 ? sum / count : 0;
}
