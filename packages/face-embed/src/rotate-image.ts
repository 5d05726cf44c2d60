import type { RgbImage } from '@face-sets/quality';
import type { Rotation } from './photo-engine.js';

/** The picture turned clockwise; the same object for 0 degrees. */
export function rotateImage(image: RgbImage, degrees: Rotation): RgbImage {
  if (degrees === 0) return image;
  const { data, width, height } = image;
  const rotated = new Uint8Array(data.length);
  const [w, h] = degrees === 180 ? [width, height] : [height, width];
  // Source index of the first pixel of the result, and the steps for one to the right and one down.
  const [start, right, down] =
    degrees === 90
      ? [(height - 1) * width, -width, 1]
      : degrees === 180
        ? [width * height - 1, -1, -width]
        : [width - 1, width, -1];
  let to = 0;
  for (let y = 0; y < h; y++) {
    for (let x = 0, from = 3 * (start + y * down); x < w; x++, from += 3 * right) {
      rotated[to++] = data[from]!;
      rotated[to++] = data[from + 1]!;
      rotated[to++] = data[from + 2]!;
    }
  }
  return { data: rotated, width: w, height: h };
}
