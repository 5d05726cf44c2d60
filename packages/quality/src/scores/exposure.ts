import { toGray } from '../picture/gray.js';
import { type Bbox, bboxRect, type RgbImage } from '../picture/rgb-image.js';

export interface Exposure {
  /** Mean gray value inside the box, 0 to 255. */
  mean: number;
  /** Share of the pixels that are black (at most 5) or white (at least 250), and so show nothing. */
  clipped: number;
  /** In [0, 1]: 1 where the mean is 80 to 180, falling in a line to 0 at black and at white, times the share that is
   * not clipped. */
  score: number;
}

/**
 * How well a face is exposed, from the gray pixels inside its bbox (truncated to whole pixels, clipped to the image).
 *
 * @returns zeros, and everything clipped, where no pixel of the image is inside the box
 * @throws {InvalidArgumentError} when the image's `data` does not fit its size
 */
export function faceExposure(image: RgbImage, bbox: Bbox): Exposure {
  const rect = bboxRect(bbox, image);
  if (!rect) return { mean: 0, clipped: 1, score: 0 };
  const { data } = toGray(image, rect);
  let sum = 0;
  let lost = 0;
  for (const value of data) {
    sum += value;
    if (value <= 5 || value >= 250) lost++;
  }
  const mean = sum / data.length;
  const clipped = lost / data.length;
  const balance = Math.min(1, mean / 80, (255 - mean) / (255 - 180));
  return { mean, clipped, score: balance * (1 - clipped) };
}
