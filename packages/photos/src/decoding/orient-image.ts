import type { RgbImage } from '@face-sets/quality';

/**
 * The picture turned upright, as its EXIF orientation asks; the same object for 1.
 *
 * @param orientation EXIF orientation, 1…8
 */
export function orientImage(image: RgbImage, orientation: number): RgbImage {
  if (orientation === 1) return image;
  const { data, width, height } = image;
  const [w, h] = orientation >= 5 ? [height, width] : [width, height];
  // Source index of the first pixel of the result, and the steps for one to the right and one down.
  const last = width * height - 1;
  const [start, right, down] = {
    2: [width - 1, -1, width],
    3: [last, -1, -width],
    4: [last - width + 1, 1, -width],
    5: [0, width, 1],
    6: [last - width + 1, -width, 1],
    7: [last, -width, -1],
    8: [width - 1, width, -1],
  }[orientation] as [number, number, number];
  const upright = new Uint8Array(data.length);
  let to = 0;
  for (let y = 0; y < h; y++) {
    for (let x = 0, from = 3 * (start + y * down); x < w; x++, from += 3 * right) {
      upright[to++] = data[from]!;
      upright[to++] = data[from + 1]!;
      upright[to++] = data[from + 2]!;
    }
  }
  return { data: upright, width: w, height: h };
}
