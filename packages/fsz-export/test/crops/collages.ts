import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { resizeLinear } from '@face-sets/face-embed';
import { decodeImage } from '@face-sets/photos';
import type { RgbImage } from '@face-sets/quality';
import { seeded } from '@face-sets/testing';

/**
 * Pictures of portraits side by side without a gap, in sizes of their own, so that every face has others close by.
 *
 * @param folder Of a folder of portraits for each person.
 */
export async function portraitCollages(folder: string, count: number): Promise<RgbImage[]> {
  const random = seeded(7);
  const paths = readdirSync(folder).flatMap((person) =>
    readdirSync(join(folder, person)).map((file) => join(folder, person, file)),
  );
  const collages: RgbImage[] = [];
  for (let n = 0; n < count; n++) {
    const [columns, rows] = [5, 3];
    const width = columns * 150;
    const height = rows * 150;
    const data = new Uint8Array(width * height * 3).fill(120);
    for (let cell = 0; cell < columns * rows; cell++) {
      const path = paths[Math.floor(random() * paths.length)];
      const side = 130 + Math.floor(random() * 60);
      const { image } = await decodeImage(path);
      const portrait = resizeLinear(image, side, side);
      const left = (cell % columns) * 150 + Math.round((150 - side) / 2);
      const top = Math.floor(cell / columns) * 150 + Math.round((150 - side) / 2);
      for (let y = Math.max(0, -top); y < side && top + y < height; y++) {
        const from = Math.max(0, -left);
        const to = Math.min(side, width - left);
        data.set(
          portrait.data.subarray((y * side + from) * 3, (y * side + to) * 3),
          ((top + y) * width + left + from) * 3,
        );
      }
    }
    collages.push({ data, width, height });
  }
  return collages;
}

/** A picture as in a mirror: other pixels for a detector, with as many faces. */
export function mirroredPicture({ data, width, height }: RgbImage): RgbImage {
  const mirrored = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      mirrored.set(data.subarray(from, from + 3), (y * width + width - 1 - x) * 3);
    }
  }
  return { data: mirrored, width, height };
}
