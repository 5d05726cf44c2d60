import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from '@face-sets/testing';
import sharp from 'sharp';

const LONG = 4000;
const SHORT = 3000;
/** The detector's larger input. */
const DETECTOR = 640;
/** Width of the face in a close-up, as a share of the picture's. */
const FACE_SHARE = 0.6;

/**
 * JPEGs of 12 megapixels with close-ups pasted in, so that their faces are 36…500 pixels wide at the detector's
 * scale: some with one face that fills much of the frame, some with a few, some with a dozen small ones.
 *
 * @param closeUps folder of pictures of one face each, in folders
 */
export async function* largePhotos(closeUps: string, count: number): AsyncGenerator<Buffer> {
  const files = readdirSync(closeUps, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(jpg|png)$/.test(name))
    .sort()
    .map((name) => join(closeUps, name));
  const random = seeded(12);
  let face = 0;
  for (let i = 0; i < count; i++) {
    const upright = i % 3 === 0;
    const [width, height] = upright ? [SHORT, LONG] : [LONG, SHORT];
    const columns = [1, 1, 2, 4][i % 4];
    const rows = columns === 4 ? 3 : 1;
    const cell = [Math.floor(width / columns), Math.floor(height / rows)];
    const data = backdrop(width, height, random);
    for (let k = 0; k < columns * rows; k++) {
      // Small faces are as frequent as large ones, whatever room there is.
      const most = columns === 1 ? 500 : (0.9 * FACE_SHARE * Math.min(...cell) * DETECTOR) / LONG;
      const detected = 36 * (most / 36) ** random();
      const side = Math.round((detected * LONG) / DETECTOR / FACE_SHARE);
      const patch = await closeUp(files[face++ % files.length], side, cell[0], cell[1]);
      const left = (k % columns) * cell[0] + Math.floor((cell[0] - patch.width) * random());
      const top = Math.floor(k / columns) * cell[1] + Math.floor((cell[1] - patch.height) * random());
      for (let y = 0; y < patch.height; y++) {
        const from = y * patch.width * 3;
        data.set(patch.data.subarray(from, from + patch.width * 3), ((top + y) * width + left) * 3);
      }
    }
    yield await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 85 + (i % 11) })
      .toBuffer();
  }
}

/** A close-up enlarged to `side`, cut to its middle where there is less room. */
async function closeUp(file: string, side: number, maxWidth: number, maxHeight: number) {
  const width = Math.min(side, maxWidth);
  const height = Math.min(side, maxHeight);
  const data = await sharp(file)
    .resize(side, side, { fit: 'fill', kernel: 'cubic' })
    .extract({ left: (side - width) >> 1, top: (side - height) >> 1, width, height })
    .removeAlpha()
    .toColorspace('srgb')
    .raw()
    .toBuffer();
  return { data, width, height };
}

/** Plain stripes of one color: an edge for every block of pixels would be no photo. */
function backdrop(width: number, height: number, random: () => number): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  const color = [60 + 120 * random(), 60 + 120 * random(), 60 + 120 * random()];
  const row = new Uint8Array(width * 3);
  for (let y = 0; y < height; y++) {
    if (y % 8 === 0)
      for (let i = 0; i < row.length; i++) row[i] = color[i % 3] + 30 * Math.sin(i / 900 + y / 400);
    data.set(row, y * width * 3);
  }
  return data;
}
