import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedPath } from '@face-sets/testing';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { bestCopy, type Copy, faceTraits, type RgbImage, sharpnessOf, whyNotBest } from '../../src/index.js';

const TRAITS = { color: 12, colors: 5000, blockiness: 1.2, noise: 1, detail: 0.3, realShare: 0.8 };
const FILE = { palette: false, lossless: false, exif: false };
const copy = (source: string, more: Partial<Copy> = {}): Copy => ({
  ...{ source, width: 400, height: 300, bytes: 90_000, sharpness: 0.6, traits: TRAITS, file: FILE },
  ...more,
});

describe('Of two copies as large', () => {
  const WORSE: [what: string, worse: Partial<Copy>, code: string][] = [
    ['in color', { traits: { ...TRAITS, color: 1 }, sharpness: 0.8, bytes: 200_000 }, 'no-color'],
    ['in no GIF', { file: { ...FILE, palette: true }, sharpness: 0.8, bytes: 200_000 }, 'few-colors'],
    ['with all its colors', { traits: { ...TRAITS, colors: 200 }, sharpness: 0.8 }, 'few-colors'],
    ['without blocks', { traits: { ...TRAITS, blockiness: 4 }, sharpness: 0.8 }, 'more-compressed'],
    ['without noise', { traits: { ...TRAITS, noise: 9 }, sharpness: 0.9, bytes: 300_000 }, 'noisy'],
    ['not blurred', { sharpness: 0.3 }, 'less-sharp'],
    ['of a camera', { sharpness: 0.61, bytes: 120_000, file: { ...FILE, exif: false } }, 'no-exif'],
    ['compressed less', { bytes: 40_000, sharpness: 0.61 }, 'more-compressed'],
  ];

  it.each(WORSE)(
    'that %s is the best, whatever its name and place, and it is said why',
    (_, changes, code) => {
      for (const names of [
        ['a', 'b'],
        ['b', 'a'],
      ]) {
        const good = copy(names[0]!, code === 'no-exif' ? { file: { ...FILE, exif: true } } : {});
        const worse = copy(names[1]!, changes);
        expect(bestCopy([good, worse]).best).toBe(0);
        expect(bestCopy([worse, good]).best).toBe(1);
        expect(whyNotBest(worse, good).code).toBe(code);
        expect(bestCopy([good, worse]).why).toContain('as large as any (400×300)');
      }
    },
  );

  it('the larger is the best although it has more blocks than a small one', () => {
    const small = copy('a', { width: 100, height: 75, bytes: 9000 });
    expect(bestCopy([small, copy('b', { traits: { ...TRAITS, blockiness: 4 } })]).best).toBe(1);
  });

  it('a noisy original is not given up for a blurred copy of it', () => {
    const original = copy('a', { traits: { ...TRAITS, noise: 5, detail: 0.9 } });
    const blurred = copy('b', { traits: { ...TRAITS, noise: 1, detail: 0.05 }, sharpness: 0.1 });
    expect(bestCopy([original, blurred]).best).toBe(0);
  });
});

const photos = sharedPath('photos', 'people');

describe.skipIf(!photos)('Of a portrait and a copy of it (needs the shared photos)', () => {
  const SEPIA: [number, number, number][] = [
    [0.393, 0.769, 0.189],
    [0.349, 0.686, 0.168],
    [0.272, 0.534, 0.131],
  ];
  const jpeg = (quality: number) => (picture: Sharp) => picture.jpeg({ quality }).toBuffer();
  const KINDS: [name: string, make: (picture: Sharp) => Promise<Buffer>, palette?: boolean][] = [
    ['gray', (picture) => picture.grayscale().jpeg({ quality: 92 }).toBuffer()],
    [
      'sepia',
      (picture) =>
        picture
          .recomb(SEPIA as never)
          .jpeg({ quality: 92 })
          .toBuffer(),
    ],
    ['a GIF of 256 colors', (picture) => picture.gif({ colors: 256, effort: 1 }).toBuffer(), true],
    ['a GIF of 16 colors', (picture) => picture.gif({ colors: 16, effort: 1 }).toBuffer(), true],
    ...[5, 10, 20, 30].map((q): [string, (picture: Sharp) => Promise<Buffer>] => [
      `JPEG of quality ${q}`,
      jpeg(q),
    ]),
    [
      'a PNG of a bad JPEG',
      async (picture) =>
        sharp(await jpeg(10)(picture))
          .png()
          .toBuffer(),
    ],
    ['noise', async (picture) => noisy(picture, 10)],
  ];

  async function decoded(bytes: Buffer): Promise<RgbImage> {
    const { data, info } = await sharp(bytes)
      .flatten()
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  }

  async function noisy(picture: Sharp, deviation: number): Promise<Buffer> {
    const { data, info } = await picture
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    let state = 7;
    const uniform = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    for (let i = 0; i < data.length; i++) {
      const noise = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
      data[i] = Math.max(0, Math.min(255, data[i]! + deviation * noise));
    }
    return sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
      .jpeg({ quality: 95 })
      .toBuffer();
  }

  async function judged(source: string, bytes: Buffer, lossless: boolean, palette = false): Promise<Copy> {
    const image = await decoded(bytes);
    const { width, height } = image;
    const traits = faceTraits(image, [0.2 * width, 0.2 * height, 0.8 * width, 0.8 * height])!;
    const sharpness = sharpnessOf(traits, 0.6 * width);
    return {
      source,
      width,
      height,
      bytes: bytes.length,
      sharpness,
      traits,
      file: { palette, lossless, exif: false },
    };
  }

  it.each(KINDS)('in %s, the portrait is the best', { timeout: 300_000 }, async (name, make, palette) => {
    const files = readdirSync(photos!, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.(jpe?g|png)$/i.test(file),
    );
    let [right, total] = [0, 0];
    for (const file of files) {
      const bytes = readFileSync(join(photos!, file));
      // The copy has the earlier name: a tie would go to it.
      const original = await judged('b', bytes, /png$/i.test(file));
      // A gray photo that is toned, or gray again, has lost nothing that can be told.
      if (/gray|sepia/.test(name) && original.traits!.color < 3) continue;
      const copied = await judged('a', await make(sharp(bytes)), name.includes('PNG'), palette);
      total++;
      if (bestCopy([copied, original]).best === 1) right++;
    }
    console.log(`${name}: the original in ${right} of ${total}`);
    expect(total).toBeGreaterThan(40);
    expect(right / total).toBeGreaterThanOrEqual(0.97);
  });
});
