import { toGray } from '../picture/gray.js';
import { laplacianVariance } from '../picture/laplacian.js';
import { type Bbox, bboxRect, type RgbImage } from '../picture/rgb-image.js';

/**
 * The `blur` of a face as the cache keeps it: {@link laplacianVariance} of the gray pixels inside the bbox
 * (truncated to whole pixels, clipped to the image). The unit is gray levels squared; the larger, the sharper.
 *
 * @returns 0 where no pixel of the image is inside the box
 * @throws {InvalidArgumentError} when the image's `data` does not fit its size
 */
export function bboxBlur(image: RgbImage, bbox: Bbox): number {
  const rect = bboxRect(bbox, image);
  return rect ? laplacianVariance(toGray(image, rect)) : 0;
}
