import type { RgbImage } from '@face-sets/quality';
import { loadSharp } from '../load-sharp.js';

/**
 * Converts pixels from the color space of an ICC profile to sRGB. A profile that cannot be used leaves them as
 * they are.
 *
 * @param image pixels in the profile's RGB space
 * @param icc the profile's bytes
 */
export async function profileToSrgb(image: RgbImage, icc: Uint8Array): Promise<RgbImage> {
  const sharp = await loadSharp();
  try {
    // sharp takes no profile for raw pixels, but it does convert a file that has one.
    const { data, info } = await sharp(tiffWithProfile(image, icc), { limitInputPixels: false })
      .toColorspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) return image;
    return { ...image, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  } catch {
    return image;
  }
}

/** An uncompressed TIFF of one strip (Adobe, "TIFF Revision 6.0", 1992; tag 34675 is the ICC profile). */
function tiffWithProfile({ data, width, height }: RgbImage, icc: Uint8Array): Buffer {
  const LONG = 4;
  const SHORT = 3;
  const UNDEFINED = 7;
  const entries = 11;
  const bitsAt = 8 + 2 + entries * 12 + 4;
  const iccAt = bitsAt + 6;
  const pixelsAt = iccAt + icc.length + (icc.length & 1);
  const tiff = Buffer.alloc(pixelsAt + data.length);
  tiff.write('II*\0', 0, 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(entries, 8);
  let at = 10;
  const entry = (tag: number, type: number, count: number, value: number) => {
    tiff.writeUInt16LE(tag, at);
    tiff.writeUInt16LE(type, at + 2);
    tiff.writeUInt32LE(count, at + 4);
    tiff.writeUInt32LE(value, at + 8);
    at += 12;
  };
  entry(256, LONG, 1, width);
  entry(257, LONG, 1, height);
  entry(258, SHORT, 3, bitsAt);
  entry(259, SHORT, 1, 1);
  entry(262, SHORT, 1, 2);
  entry(273, LONG, 1, pixelsAt);
  entry(277, SHORT, 1, 3);
  entry(278, LONG, 1, height);
  entry(279, LONG, 1, data.length);
  entry(284, SHORT, 1, 1);
  entry(34675, UNDEFINED, icc.length, iccAt);
  for (let i = 0; i < 3; i++) tiff.writeUInt16LE(8, bitsAt + 2 * i);
  tiff.set(icc, iccAt);
  tiff.set(data, pixelsAt);
  return tiff;
}
