import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PixelRect, RgbImage } from '@face-sets/quality';
import { bmpOf, heicFixture, noise, quarters, tempDir } from '@face-sets/testing';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { type DecodedImage, decodeImage, ImageDecodeError } from '../../src/index.js';

const RED = [255, 0, 0];
const GREEN = [0, 255, 0];
const BLUE = [0, 0, 255];
const WHITE = [255, 255, 255];

function sharpOf({ data, width, height }: { data: Uint8Array; width: number; height: number }): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** The colors in the middle of the four quarters, top left first. */
function quarterColors({ image }: DecodedImage): number[][] {
  const { data, width, height } = image;
  const at = (x: number, y: number) => {
    const start = (Math.floor(y * height) * width + Math.floor(x * width)) * 3;
    return Array.from(data.subarray(start, start + 3));
  };
  return [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)];
}

function expectColors(decoded: DecodedImage, expected: number[][], within = 6): void {
  for (const [i, color] of quarterColors(decoded).entries()) {
    for (const [c, value] of color.entries()) {
      const message = `quarter ${i}: ${color}, expected ${expected[i]}`;
      expect(Math.abs(value - expected[i][c]), message).toBeLessThanOrEqual(within);
    }
  }
}

/** A part of a picture, cut out pixel by pixel. */
function cut(image: RgbImage, region: PixelRect): RgbImage {
  const data = new Uint8Array(region.width * region.height * 3);
  for (let y = 0; y < region.height; y++) {
    for (let i = 0; i < region.width * 3; i++) {
      data[y * region.width * 3 + i] = image.data[((region.y + y) * image.width + region.x) * 3 + i];
    }
  }
  return { data, width: region.width, height: region.height };
}

describe('decodeImage', () => {
  it('returns the pixels of a lossless picture as they are, from a path and from bytes', async () => {
    const image = noise(31, 17);
    const png = await sharpOf(image).png().toBuffer();
    const path = join(tempDir(), 'noise.jpg'); // the name does not matter
    writeFileSync(path, png);
    const expected = { image, width: 31, height: 17, format: 'png', orientation: null, truncated: false };
    expect(await decodeImage(png)).toEqual(expected);
    expect(await decodeImage(path)).toEqual(expected);
    expect(await decodeImage(new Uint8Array(png))).toEqual(expected);
  });

  // EXIF orientation n → which quarters of the stored picture come top left, top right, bottom left, bottom right.
  it.each([
    [1, [RED, GREEN, BLUE, WHITE]],
    [2, [GREEN, RED, WHITE, BLUE]],
    [3, [WHITE, BLUE, GREEN, RED]],
    [4, [BLUE, WHITE, RED, GREEN]],
    [5, [RED, BLUE, GREEN, WHITE]],
    [6, [BLUE, RED, WHITE, GREEN]],
    [7, [WHITE, GREEN, BLUE, RED]],
    [8, [GREEN, WHITE, RED, BLUE]],
  ])('turns EXIF orientation %d upright', async (orientation, expected) => {
    const jpeg = await sharpOf(quarters(64, 32))
      .withMetadata({ orientation })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const decoded = await decodeImage(jpeg);
    const [width, height] = orientation < 5 ? [64, 32] : [32, 64];
    expect(decoded).toMatchObject({ width, height, orientation, image: { width, height } });
    expectColors(decoded, expected);
  });

  it.each(['webp', 'gif', 'tiff', 'avif', 'png', 'jpeg'] as const)('reads %s', async (format) => {
    const bytes = await sharpOf(quarters(64, 48)).toFormat(format, { quality: 100 }).toBuffer();
    const decoded = await decodeImage(bytes);
    expect(decoded).toMatchObject({ format, width: 64, height: 48, truncated: false });
    expectColors(decoded, [RED, GREEN, BLUE, WHITE], 12);
  });

  it('brings gray pictures, with and without alpha, to three channels', async () => {
    const gray = sharp(Buffer.from([10, 200]), { raw: { width: 2, height: 1, channels: 1 } });
    expect((await decodeImage(await gray.clone().png().toBuffer())).image.data).toEqual(
      Uint8Array.of(10, 10, 10, 200, 200, 200),
    );
    const alpha = sharp(Buffer.from([100, 255, 100, 0]), { raw: { width: 2, height: 1, channels: 2 } });
    const png = await alpha.toColorspace('b-w').png().toBuffer();
    expect((await sharp(png).metadata()).channels).toBe(2);
    expect((await decodeImage(png)).image.data).toEqual(Uint8Array.of(100, 100, 100, 0, 0, 0));
    const jpeg = await sharpOf(noise(16, 16)).grayscale().jpeg().toBuffer();
    expect((await decodeImage(jpeg)).image.data).toHaveLength(16 * 16 * 3);
  });

  it('brings CMYK to RGB', async () => {
    const cmyk = await sharpOf(quarters(64, 48)).toColorspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    const decoded = await decodeImage(cmyk);
    expect(decoded.image.data).toHaveLength(64 * 48 * 3);
    // Print cannot show these colors in full: which channel is strongest must survive.
    const [red, green, blue, white] = quarterColors(decoded);
    expect(Math.max(...red)).toBe(red[0]);
    expect(Math.max(...green)).toBe(green[1]);
    expect(Math.max(...blue)).toBe(blue[2]);
    expect(Math.min(...white)).toBeGreaterThan(240);
  });

  it('keeps the upper 8 of 16 bits', async () => {
    const values = Uint16Array.from([0, 0x1234, 0x80ff, 0xffff, 0x7f00, 0x0101]);
    const png = await sharp(values, { raw: { width: 2, height: 1, channels: 3 } })
      .toColorspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp(png).metadata()).depth).toBe('ushort');
    const { data } = (await decodeImage(png)).image;
    expect(Array.from(data)).toEqual([0, 0x12, 0x80, 0xff, 0x7f, 0x01]);
  });

  it('looks palettes up', async () => {
    const png = await sharpOf(quarters(64, 48)).png({ palette: true }).toBuffer();
    expect((await sharp(png).metadata()).isPalette).toBe(true);
    expectColors(await decodeImage(png), [RED, GREEN, BLUE, WHITE], 0);
  });

  it('lays transparency over black', async () => {
    const rgba = Buffer.from([200, 100, 50, 255, 200, 100, 50, 128, 200, 100, 50, 0]);
    const png = await sharp(rgba, { raw: { width: 3, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    const { data } = (await decodeImage(png)).image;
    expect(Array.from(data.subarray(0, 3))).toEqual([200, 100, 50]);
    expect(Array.from(data.subarray(3, 6))).toEqual([100, 50, 25]);
    expect(Array.from(data.subarray(6, 9))).toEqual([0, 0, 0]);
  });

  it('takes the first frame of animations and the first page of documents', async () => {
    const frames = Buffer.concat([quarters(16, 16).data, noise(16, 16).data]);
    const animated = sharp(frames, { raw: { width: 16, height: 32, channels: 3, pageHeight: 16 } });
    for (const bytes of [
      await animated.clone().gif().toBuffer(),
      await animated.clone().webp({ lossless: true }).toBuffer(),
      await animated.clone().tiff({ compression: 'lzw' }).toBuffer(),
    ]) {
      expect((await sharp(bytes).metadata()).pages).toBe(2);
      const decoded = await decodeImage(bytes);
      expect(decoded).toMatchObject({ width: 16, height: 16 });
      expectColors(decoded, [RED, GREEN, BLUE, WHITE]);
    }
  });

  it('converts wide-gamut profiles to sRGB', async () => {
    const plain = sharp({ create: { width: 16, height: 16, channels: 3, background: '#c8503c' } });
    const png = await plain.withIccProfile('p3').png().toBuffer();
    const stored = await sharp(png, { ignoreIcc: true }).raw().toBuffer();
    expect(Math.abs(stored[0] - 200)).toBeGreaterThan(5); // the file's numbers are others
    expectColors(await decodeImage(png), Array(4).fill([200, 80, 60]), 2);
  });

  it('decodes HEIC, and converts its Display P3 to sRGB', async () => {
    const fixture = (name: string) => heicFixture(name);
    const decoded = await decodeImage(fixture('quarters.heic'));
    expect(decoded).toMatchObject({ format: 'heic', width: 64, height: 48, truncated: false });
    expectColors(decoded, [RED, GREEN, BLUE, WHITE]);
    expectColors(await decodeImage(fixture('display-p3.heic')), Array(4).fill([200, 80, 60]), 3);
  });

  it('decodes the picture of a HEIC that viewers show, though another stands before it', async () => {
    const decoded = await decodeImage(heicFixture('second-primary.heic'));
    expect(decoded).toMatchObject({ width: 64, height: 48 });
    // Green, and blue at the bottom; the other picture is red and white there.
    expect(Array.from(decoded.image.data.subarray(0, 3), (value) => value > 100)).toEqual([
      false,
      true,
      false,
    ]);
    expect(Array.from(decoded.image.data.subarray(-3), (value) => value > 100)).toEqual([false, false, true]);
  });

  it('names the reason for a damaged HEIC, and decodes the next one', async () => {
    const heic = await readFile(heicFixture('quarters.heic'));
    const damaged = Buffer.from(heic);
    damaged.fill(0xff, damaged.length - 120);
    const results = await Promise.allSettled([
      decodeImage(heic),
      decodeImage(heic.subarray(0, heic.length - 60)),
      decodeImage(damaged),
      decodeImage(heic),
    ]);
    expect(results[0].status).toBe('fulfilled');
    expect(results[1]).toMatchObject({ status: 'rejected', reason: expect.any(ImageDecodeError) });
    expect(results[3].status).toBe('fulfilled');
  });

  it('lets a process end that has decoded a HEIC', () => {
    const script = `
      import { decodeImage } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
      await decodeImage(process.argv[1]);
      console.log('decoded');`;
    const heic = heicFixture('quarters.heic');
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script, heic], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(output).toBe('decoded\n');
  });

  it('decodes a JPEG that ends early as far as it goes, and says so', async () => {
    const jpeg = await sharpOf(quarters(256, 256)).jpeg({ quality: 95 }).toBuffer();
    const decoded = await decodeImage(jpeg.subarray(0, Math.floor(jpeg.length * 0.7)));
    expect(decoded).toMatchObject({ width: 256, height: 256, truncated: true });
    expect(quarterColors(decoded)[0][0]).toBeGreaterThan(240);
  });

  it.each([
    [300, 203, 101],
    [68, 203, 101],
    [67, 67, 33],
    [40, 40, 20],
    [20, 20, 10],
    [1, 1, 1],
  ])('decodes a JPEG of 203×101 for a longer side of %d as %d×%d', async (longSide, long, short) => {
    const jpeg = await sharpOf(quarters(203, 101))
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const decoded = await decodeImage(jpeg, { longSide });
    expect(decoded).toMatchObject({ width: 101, height: 203 });
    expect(decoded.image).toMatchObject({ width: short, height: long });
    if (long > 10) expectColors(decoded, [BLUE, RED, WHITE, GREEN]);
  });

  it('decodes other formats in full whatever side is enough', async () => {
    const png = await sharpOf(quarters(80, 80)).png().toBuffer();
    expect((await decodeImage(png, { longSide: 10 })).image).toMatchObject({ width: 80, height: 80 });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'decodes a part of the upright picture as it is in the whole of orientation %d',
    async (orientation) => {
      const jpeg = await sharpOf(noise(203, 101)).withMetadata({ orientation }).jpeg().toBuffer();
      const whole = await decodeImage(jpeg);
      const region = { x: 7, y: 22, width: 41, height: 66 };
      const part = await decodeImage(jpeg, { region: () => region, longSide: 10 });
      expect(part).toEqual({ ...whole, image: cut(whole.image, region) });
    },
  );

  it('decodes a part of every format, and chooses it by the size of the upright picture', async () => {
    const picture = sharpOf(noise(64, 48));
    const files: Buffer[] = await Promise.all(
      (['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const).map((format) =>
        picture.clone().toFormat(format).toBuffer(),
      ),
    );
    files.push(await readFile(heicFixture('quarters.heic')), bmpOf(noise(64, 48)));
    for (const file of files) {
      const whole = await decodeImage(file);
      const part = await decodeImage(file, {
        region: (width, height) => ({ x: width - 20, y: height - 30, width: 20, height: 30 }),
      });
      expect(part).toEqual({ ...whole, image: cut(whole.image, { x: 44, y: 18, width: 20, height: 30 }) });
    }
  });

  it.each([1, 3, 6, 7])(
    'resamples a part of orientation %d while it is decoded as it would be resampled afterward',
    async (orientation) => {
      const picture = sharpOf(noise(203, 161)).withMetadata({ orientation });
      const files: Buffer[] = [
        await picture.clone().jpeg().toBuffer(),
        await picture.clone().png().toBuffer(),
      ];
      if (orientation === 1) files.push(bmpOf(noise(203, 161)));
      const region = { x: 17, y: 22, width: 120, height: 120 };
      for (const file of files) {
        const part = await decodeImage(file, { region: () => region });
        const small = await decodeImage(file, { region: () => region, regionSize: 48 });
        const { width, height } = part.image;
        const expected = await sharp(part.image.data, { raw: { width, height, channels: 3 } })
          .resize(48, 48, { fit: 'fill', kernel: 'lanczos3' })
          .raw()
          .toBuffer();
        expect(small).toMatchObject({ width: part.width, height: part.height });
        expect(small.image).toMatchObject({ width: 48, height: 48 });
        // Turned before or after, rows or columns come first, and what is between them is rounded to 8 bits.
        const apart = Array.from(small.image.data, (value, i) => Math.abs(value - expected[i]));
        const mean = apart.reduce((a, b) => a + b) / apart.length;
        expect(mean).toBeLessThanOrEqual(orientation === 1 ? 0 : 0.5);
      }
    },
  );

  it('refuses pictures of too many pixels before decoding them', async () => {
    const png = await sharp({ create: { width: 3000, height: 1000, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    await expect(decodeImage(png, { limitInputPixels: 2_999_999 })).rejects.toThrow(
      'the picture is 3000×1000 (3 megapixels), more than the limit of 3 megapixels',
    );
    await expect(decodeImage(png, { limitInputPixels: 3_000_000 })).resolves.toMatchObject({ width: 3000 });
    const bomb = Buffer.from(await sharpOf(noise(2, 2)).png().toBuffer());
    bomb.writeUInt32BE(100_000, 16);
    bomb.writeUInt32BE(100_000, 20);
    await expect(decodeImage(bomb)).rejects.toThrow(ImageDecodeError);
  });

  it.each([
    ['an empty file', Buffer.alloc(0), 'the file is empty'],
    ['text', Buffer.from('not a picture at all, only text\n'), 'it is not a picture in a known format'],
    ['an SVG drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'svg'],
    ['the start of a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), ''],
  ])('refuses %s in one line', async (_what, bytes, reason) => {
    const error = await decodeImage(bytes).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ImageDecodeError);
    expect((error as Error).message).toContain(reason);
    expect((error as Error).message).not.toContain('\n');
  });

  it('refuses what is no regular file, and names what the system says', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'folder.jpg'));
    await expect(decodeImage(join(dir, 'folder.jpg'))).rejects.toThrow('it is not a regular file');
    await expect(decodeImage(join(dir, 'missing.jpg'))).rejects.toThrow('ENOENT');
  });

  it('answers every damaged file with a picture or a reason', async () => {
    const picture = sharpOf(noise(40, 30));
    const originals = await Promise.all(
      (['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const).map((format) =>
        picture.clone().toFormat(format).toBuffer(),
      ),
    );
    originals.push(await readFile(heicFixture('quarters.heic')));
    let state = 11;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return state % below;
    };
    for (const original of originals) {
      for (let trial = 0; trial < 25; trial++) {
        const bytes = Buffer.from(
          original.subarray(0, trial % 2 === 0 ? original.length : random(original.length)),
        );
        for (let flip = 0; flip < trial && bytes.length > 0; flip++)
          bytes[random(bytes.length)] ^= 1 << random(8);
        const outcome = await decodeImage(bytes, { limitInputPixels: 10_000_000 }).catch(
          (error: unknown) => error,
        );
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ImageDecodeError);
        else {
          const { image } = outcome as DecodedImage;
          expect(image.data).toHaveLength(image.width * image.height * 3);
        }
      }
    }
  });
});
