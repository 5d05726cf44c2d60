import { toGray } from '../picture/gray.js';
import { laplacianVariance } from '../picture/laplacian.js';
import { resizeShortEdge } from '../picture/resize-gray.js';
import { type Bbox, bboxRect, type RgbImage } from '../picture/rgb-image.js';

/**
 * Sharpness of a face that neither the resolution of the photo nor its contrast changes, in [0, 1): the face is first
 * brought to a short edge of `size` pixels, then the variance of its Laplacian is set in relation to that of its
 * gray values, ratio / (ratio + half). A large photo that is blurred at full size scores like the small sharp one that
 * it becomes when shrunk; a small face that is enlarged lacks detail and scores low.
 *
 * @param size short edge at which faces are compared, in pixels. Default 112, what recognition models see
 * @param half ratio that earns 0.5. Default 0.08, the ordinary sharp portrait
 * @returns 0 where no pixel of the image is inside the box, or all are alike
 * @throws {InvalidArgumentError} when the image's `data` does not fit its size
 */
export function normalizedSharpness(image: RgbImage, bbox: Bbox, size = 112, half = 0.08): number {
  const rect = bboxRect(bbox, image);
  if (!rect) return 0;
  const gray = resizeShortEdge(toGray(image, rect), size);
  let sum = 0;
  let squares = 0;
  for (const value of gray.data) {
    sum += value;
    squares += value * value;
  }
  const count = gray.data.length;
  const variance = (squares - (sum * sum) / count) / count;
  if (!(variance > 0)) return 0;
  const ratio = laplacianVariance(gray) / variance;
  return ratio / (ratio + half);
}
