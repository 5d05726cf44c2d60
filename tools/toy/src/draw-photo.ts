import sharp from 'sharp';
import { drawPerson } from './draw-face.js';
import { drawScene } from './draw-scene.js';
import type { Light, PlannedPhoto } from './library-plan.js';
import { type Random, randomFrom } from './random.js';

/** The encoded file of a planned photo. Its format follows from its name. */
export async function drawPhoto(photo: PlannedPhoto): Promise<Buffer> {
  const { width, height, light } = photo;
  const random = randomFrom(photo.seed);
  const svg = drawPicture(photo, random);
  const { data } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  expose(data, light, random);
  let image = sharp(data, { raw: { width, height, channels: 3 } });
  if (light.blur > 0) image = image.blur(light.blur);
  // Orientation 6 asks the viewer for a quarter turn clockwise, so the pixels are stored a quarter turn back.
  if (photo.orientation === 6) image = image.rotate(270);
  if (photo.taken !== null) {
    image = image.withExif({
      IFD0: { Make: 'face-sets', Model: 'Toy' },
      IFD2: { DateTimeOriginal: photo.taken },
    });
  }
  if (photo.orientation !== 1) image = image.withMetadata({ orientation: photo.orientation });
  if (photo.path.endsWith('.png')) return image.png({ compressionLevel: 3 }).toBuffer();
  if (photo.path.endsWith('.webp')) return image.webp({ quality: photo.quality, effort: 1 }).toBuffer();
  return image.jpeg({ quality: photo.quality, chromaSubsampling: photo.subsampling }).toBuffer();
}

function drawPicture({ width, height, scene, sitters, light }: PlannedPhoto, random: Random): string {
  const people = sitters.map(({ person, pose, expression }) => drawPerson(person, pose, expression)).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<rect width="${width}" height="${height}" fill="rgb(240,240,240)"/>` +
    drawScene(scene, width, height, random) +
    people +
    shadow(light.shade) +
    '</svg>'
  );
}

/** A shadow over the whole picture that deepens toward one side. */
function shadow(shade: number): string {
  if (shade === 0) return '';
  const [from, to] = shade > 0 ? [1, 0] : [0, 1];
  return (
    `<defs><linearGradient id="shade" x1="${from}" y1="0" x2="${to}" y2="0.2"><stop offset="0" stop-color="black" stop-opacity="0"/>` +
    `<stop offset="1" stop-color="black" stop-opacity="${Math.abs(shade).toFixed(3)}"/></linearGradient></defs>` +
    '<rect width="100%" height="100%" fill="url(#shade)"/>'
  );
}

/** Length of the table of noise; a power of two. */
const NOISE_LENGTH = 1 << 16;

/** Applies the light's gains and the camera's noise to the pixels, in place. */
function expose(pixels: Buffer, { gain, noise }: Light, random: Random): void {
  const table = Float32Array.from({ length: NOISE_LENGTH }, () => noise * random.normal());
  let at = 0;
  for (let i = 0; i < pixels.length; i += 3) {
    // A jump now and then keeps the table from showing as a pattern.
    if ((i & 4095) < 3) at = random.whole(0, NOISE_LENGTH - 1);
    const grain = table[at];
    at = (at + 1) & (NOISE_LENGTH - 1);
    for (let channel = 0; channel < 3; channel++) {
      const value = pixels[i + channel] * gain[channel] + grain;
      pixels[i + channel] = value < 0 ? 0 : value > 255 ? 255 : value + 0.5;
    }
  }
}
