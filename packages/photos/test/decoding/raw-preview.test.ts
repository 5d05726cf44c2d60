import { quarters } from '@face-sets/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, ImageDecodeError } from '../../src/index.js';
import { cr2, cr3, directory, dng, laidOut, nef, orf, raf, rw2 } from './raw-files.js';

/** No camera wrote these: they are built as cameras build them, around a JPEG of four quarters in plain colors. */
const BUILDERS = { cr2, cr3, dng, nef, orf, rw2 };

async function jpeg(width: number, height: number, orientation?: number): Promise<Buffer> {
  const picture = sharp(quarters(width, height).data, { raw: { width, height, channels: 3 } }).jpeg({
    quality: 95,
    chromaSubsampling: '4:4:4',
  });
  return orientation ? await picture.withMetadata({ orientation }).toBuffer() : await picture.toBuffer();
}

function topLeft({ data, width }: { data: Uint8Array; width: number }): number[] {
  const at = (10 * width + 10) * 3;
  return Array.from(data.subarray(at, at + 3), (value) => (value > 127 ? 1 : 0));
}
const RED = [1, 0, 0];
const BLUE = [0, 0, 1];

describe('the preview of a raw file', () => {
  for (const [name, build] of Object.entries(BUILDERS)) {
    it(`is decoded in full, reduced and in part from a file built like ${name.toUpperCase()}`, async () => {
      const file = build(await jpeg(1200, 800));
      const whole = await decodeImage(file);
      expect(whole).toMatchObject({
        width: 1200,
        height: 800,
        format: 'raw',
        orientation: 1,
        truncated: false,
      });
      expect(topLeft(whole.image)).toEqual(RED);
      const reduced = await decodeImage(file, { longSide: 300 });
      expect(reduced).toMatchObject({ width: 1200, height: 800, image: { width: 300, height: 200 } });
      const region = () => ({ x: 0, y: 600, width: 100, height: 50 });
      expect(topLeft((await decodeImage(file, { region })).image)).toEqual(BLUE);
    });

    it(`is turned once by the orientation of ${name.toUpperCase()}, whether or not it has its own`, async () => {
      for (const own of [undefined, 6]) {
        const decoded = await decodeImage(build(await jpeg(1200, 800, own), 6));
        expect(decoded).toMatchObject({ width: 800, height: 1200, orientation: 6 });
        // Turned clockwise, what was at the bottom left is at the top left.
        expect(topLeft(decoded.image)).toEqual(BLUE);
      }
    });
  }

  it('is turned by its own orientation where the raw file states none', async () => {
    expect(await decodeImage(raf(await jpeg(1200, 800, 6)))).toMatchObject({
      width: 800,
      height: 1200,
      orientation: 6,
      format: 'raw',
    });
  });

  it('is not turned where the camera stored it upright beside a raw picture that lies', async () => {
    const decoded = await decodeImage(nef(await jpeg(800, 1200), 6));
    expect(decoded).toMatchObject({ width: 800, height: 1200 });
    expect(topLeft(decoded.image)).toEqual(RED);
  });

  it('is the largest of several', async () => {
    const file = cr3(await jpeg(1800, 1200), 1, await jpeg(1200, 800));
    expect(await decodeImage(file)).toMatchObject({ width: 1800, height: 1200 });
  });

  it('is no thumbnail, and no lossless JPEG of raw data', async () => {
    const refused = /no full-size preview.*160×120/;
    for (const build of [...Object.values(BUILDERS).filter((one) => one !== rw2), raf]) {
      await expect(decodeImage(build(await jpeg(160, 120)))).rejects.toThrow(refused);
    }
    const lossless = await jpeg(1200, 800);
    lossless[lossless.indexOf(Buffer.from([0xff, 0xc0])) + 1] = 0xc3;
    await expect(decodeImage(cr2(lossless))).rejects.toThrow(/no full-size preview: no JPEG/);
  });

  it('is found or refused within bounds, whatever the file says', async () => {
    const picture = await jpeg(1200, 800);
    const loop = laidOut([
      [0, Buffer.from('IIRO\x08\0\0\0', 'latin1')],
      [8, directory(8, [[0x014a, 4, [8, 8, 0xffffffff]]], 8)],
    ]);
    await expect(decodeImage(loop)).rejects.toThrow(ImageDecodeError);
    for (const build of [...Object.values(BUILDERS), raf]) {
      const file = build(picture);
      for (let at = 0; at < 400; at += 3) {
        const damaged = Buffer.from(file);
        damaged.fill(0xff, at, at + 4);
        const outcome = await decodeImage(damaged, { longSide: 100 }).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ImageDecodeError);
      }
      for (const end of [4, 9, 13, 90, 210, file.length >> 1]) {
        const outcome = await decodeImage(file.subarray(0, end)).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ImageDecodeError);
      }
    }
  }, 120_000);

  it('does not take an ordinary TIFF for a raw file', async () => {
    const tiff = await sharp(await jpeg(300, 200))
      .tiff({ compression: 'jpeg' })
      .toBuffer();
    expect(await decodeImage(tiff)).toMatchObject({ width: 300, height: 200, format: 'tiff' });
  });
});
