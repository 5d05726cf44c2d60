import { needsOpencv, noise, withOpencv } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { decodeImage, ImageDecodeError } from '../../src/index.js';

interface BmpParts {
  width: number;
  height: number;
  bits: number;
  compression?: number;
  /** RGB of each entry. */
  palette?: number[][];
  masks?: number[];
  pixels: number[];
}

/** A BMP file with a Windows 3 header. */
function bmp({ width, height, bits, compression = 0, palette = [], masks = [], pixels }: BmpParts): Buffer {
  const start = 54 + masks.length * 4 + palette.length * 4;
  const header = Buffer.alloc(start);
  header.write('BM');
  header.writeUInt32LE(start + pixels.length, 2);
  header.writeUInt32LE(start, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(compression, 30);
  header.writeUInt32LE(palette.length, 46);
  for (const [i, mask] of masks.entries()) header.writeUInt32LE(mask >>> 0, 54 + i * 4);
  for (const [i, [r, g, b]] of palette.entries()) header.set([b, g, r, 0], 54 + masks.length * 4 + i * 4);
  return Buffer.concat([header, Buffer.from(pixels)]);
}

/** Rows of letters, one a pixel: r, g, b, w, and . for black. */
async function letters(bytes: Uint8Array): Promise<string[]> {
  const { image } = await decodeImage(bytes);
  const names: Record<string, string> = {
    '255,0,0': 'r',
    '0,255,0': 'g',
    '0,0,255': 'b',
    '255,255,255': 'w',
    '0,0,0': '.',
  };
  return Array.from({ length: image.height }, (_, y) =>
    Array.from({ length: image.width }, (_, x) => {
      const start = (y * image.width + x) * 3;
      return names[image.data.subarray(start, start + 3).join()] ?? '?';
    }).join(''),
  );
}

const PALETTE = [
  [0, 0, 0],
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
];

describe('decodeImage of a BMP', () => {
  it.skipIf(needsOpencv)(`reads what OpenCV writes${needsOpencv}`, async () => {
    // The encoded bytes travel as a picture of one row, padded to whole pixels.
    const images = [noise(7, 5), noise(8, 3, 2), noise(1, 1, 3)];
    const files = withOpencv(
      "np.pad(b := cv2.imencode('.bmp', img[:, :, ::-1])[1].ravel(), (0, -len(b) % 3)).reshape(1, -1, 3)",
      images.map((image) => ({ image })),
    );
    for (const [i, file] of files.entries()) {
      expect(await decodeImage(file.data)).toMatchObject({
        image: images[i],
        format: 'bmp',
        truncated: false,
      });
    }
  });

  it('reads 24 bits, bottom up and top down', async () => {
    const pixels = [0, 0, 255, 0, 255, 0, 0, 0, 255, 0, 0, 255, 255, 255, 0, 0]; // r g | b w, padded to 8 bytes
    expect(await letters(bmp({ width: 2, height: 2, bits: 24, pixels }))).toEqual(['bw', 'rg']);
    expect(await letters(bmp({ width: 2, height: -2, bits: 24, pixels }))).toEqual(['rg', 'bw']);
  });

  it('reads palettes of 1, 4 and 8 bits', async () => {
    const one = {
      width: 10,
      height: 1,
      bits: 1,
      palette: PALETTE.slice(0, 2),
      pixels: [0b10110000, 0b01000000, 0, 0],
    };
    expect(await letters(bmp(one))).toEqual(['r.rr.....r']);
    const four = { width: 5, height: 1, bits: 4, palette: PALETTE, pixels: [0x12, 0x30, 0x10, 0] };
    expect(await letters(bmp(four))).toEqual(['rgb.r']);
    const eight = { width: 3, height: 1, bits: 8, palette: PALETTE, pixels: [3, 2, 1, 0] };
    expect(await letters(bmp(eight))).toEqual(['bgr']);
  });

  it('reads 16 bits, with the usual fields and with others', async () => {
    const usual = { width: 2, height: 1, bits: 16, pixels: [0x00, 0x7c, 0xff, 0x7f] };
    expect(await letters(bmp(usual))).toEqual(['rw']);
    const masks = [0xf800, 0x7e0, 0x1f];
    const others = { width: 2, height: 1, bits: 16, compression: 3, masks, pixels: [0xe0, 0x07, 0x1f, 0x00] };
    expect(await letters(bmp(others))).toEqual(['gb']);
  });

  it('reads 32 bits with fields in any order, and lays alpha over black', async () => {
    const masks = [0xff, 0xff00, 0xff0000];
    const swapped = { width: 1, height: 1, bits: 32, compression: 3, masks, pixels: [255, 0, 0, 7] };
    expect(await letters(bmp(swapped))).toEqual(['r']);
    const alpha = {
      ...swapped,
      compression: 6,
      masks: [...masks, 0xff000000],
      pixels: [200, 100, 50, 128],
    };
    const { image } = await decodeImage(bmp(alpha));
    expect(Array.from(image.data)).toEqual([100, 50, 25]);
  });

  it('unpacks run lengths with jumps, literal runs and early ends', async () => {
    const eight = {
      width: 6,
      height: 3,
      bits: 8,
      compression: 1,
      palette: PALETTE,
      // rrr, literal g b r, end of row | jump 2 right | bb, end of picture
      pixels: [3, 1, 0, 3, 2, 3, 1, 0, 0, 0, 0, 2, 2, 0, 2, 3, 0, 1],
    };
    expect(await letters(bmp(eight))).toEqual(['......', '..bb..', 'rrrgbr']);
    const four = {
      width: 5,
      height: 2,
      bits: 4,
      compression: 2,
      palette: PALETTE,
      pixels: [5, 0x12, 0, 0, 0, 3, 0x32, 0x10, 0, 1],
    };
    expect(await letters(bmp(four))).toEqual(['bgr..', 'rgrgr']);
  });

  it('keeps the rows that are there when the file ends early, and says so', async () => {
    const pixels = [0, 0, 255, 0, 255, 0, 0, 0, 255, 0];
    const decoded = await decodeImage(bmp({ width: 2, height: 2, bits: 24, pixels }));
    expect(decoded.truncated).toBe(true);
    expect(await letters(bmp({ width: 2, height: 2, bits: 24, pixels }))).toEqual(['..', 'rg']);
  });

  it.each([
    ['a size of nothing', bmp({ width: 0, height: 4, bits: 24, pixels: [] }), 'its size is 0×4'],
    ['a depth that is not known', bmp({ width: 1, height: 1, bits: 5, pixels: [0] }), '5 bits'],
    ['a JPEG inside', bmp({ width: 1, height: 1, bits: 24, compression: 4, pixels: [0] }), 'compression 4'],
    [
      'a header cut off',
      bmp({ width: 1, height: 1, bits: 8, pixels: [0] }).subarray(0, 60),
      'within its header',
    ],
    ['too many pixels', bmp({ width: 60000, height: 60000, bits: 24, pixels: [0] }), 'megapixels'],
  ])('refuses %s', async (_what, bytes, reason) => {
    await expect(decodeImage(bytes)).rejects.toThrow(reason);
    await expect(decodeImage(bytes)).rejects.toBeInstanceOf(ImageDecodeError);
  });
});
