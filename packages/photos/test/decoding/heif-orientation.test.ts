import { readFile } from 'node:fs/promises';
import {
  heicFixture,
  quarters,
  withExifOrientation,
  withMirror,
  withoutTransforms,
  withTurn,
  withUnusedTurn,
} from '@face-sets/testing';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DecodedImage, decodeImage } from '../../src/index.js';

/** What the quarters of the stored picture, red, green / blue, white, are once turned upright. */
const UPRIGHT: Record<number, string> = {
  1: 'RGBW',
  2: 'GRWB',
  3: 'WBGR',
  4: 'BWRG',
  5: 'RBGW',
  6: 'BRWG',
  7: 'WGBR',
  8: 'GWRB',
};
const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** The first letters of the colors in the middle of the four quarters, top left first. */
function colors({ image: { data, width, height } }: DecodedImage): string {
  const at = (x: number, y: number) => {
    const start = (Math.floor(y * height) * width + Math.floor(x * width)) * 3;
    const [r, g, b] = Array.from(data.subarray(start, start + 3), (value) => value > 128);
    return r && g && b ? 'W' : r ? 'R' : g ? 'G' : b ? 'B' : '-';
  };
  return [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)].join('');
}

function sizeOf(orientation: number): { width: number; height: number } {
  return orientation >= 5 ? { width: 48, height: 64 } : { width: 64, height: 48 };
}

/** A picture of 64×48, as it is stored: EXIF says 6, and there is neither `irot` nor `imir`. */
const files: { heic?: Buffer; avif?: Buffer } = {};

beforeAll(async () => {
  files.heic = await readFile(heicFixture('exif-orientation.heic'));
  files.avif = withoutTransforms(await avif(6));
});

/** An AVIF as sharp writes it, which says the orientation in EXIF and by `irot` and `imir`. */
function avif(orientation: number): Promise<Buffer> {
  const { data } = quarters(64, 48);
  return sharp(data, { raw: { width: 64, height: 48, channels: 3 } })
    .withMetadata({ orientation })
    .avif({ quality: 90 })
    .toBuffer();
}

describe.each(['heic', 'avif'] as const)('the orientation of a picture in %s', (format) => {
  it.each(ORIENTATIONS)('is that of EXIF, %d, where there is neither irot nor imir', async (orientation) => {
    const file = withExifOrientation(files[format]!, orientation);
    const decoded = await decodeImage(file);
    expect(decoded).toMatchObject({ format, orientation, ...sizeOf(orientation) });
    expect(decoded.image).toMatchObject(sizeOf(orientation));
    expect(colors(decoded)).toBe(UPRIGHT[orientation]);
  });

  it.each(ORIENTATIONS)(
    'is applied to a part, and to one made smaller, of orientation %d',
    async (orientation) => {
      const file = withExifOrientation(files[format]!, orientation);
      const whole = await decodeImage(file);
      // Off the middle in both directions, but with some of each quarter.
      const region = { x: 8, y: 6, width: 34, height: 36 };
      let size: number[] = [];
      const part = await decodeImage(file, {
        region: (width, height) => {
          size = [width, height];
          return region;
        },
      });
      expect(size).toEqual([whole.width, whole.height]);
      expect(part).toMatchObject({ ...sizeOf(orientation), orientation });
      const { data, width } = whole.image;
      const expected = Buffer.concat(
        Array.from({ length: region.height }, (_, row) => {
          const start = ((region.y + row) * width + region.x) * 3;
          return data.subarray(start, start + region.width * 3);
        }),
      );
      expect(Buffer.from(part.image.data).equals(expected)).toBe(true);
      const small = await decodeImage(file, { region: () => region, regionSize: 16 });
      expect(small.image).toMatchObject({ width: 16, height: 16 });
      expect(colors(small)).toBe(UPRIGHT[orientation]);
    },
  );

  it('is stored where EXIF says 0 or 9, which are none', async () => {
    for (const wrong of [0, 9]) {
      const decoded = await decodeImage(withExifOrientation(files[format]!, wrong));
      expect(decoded).toMatchObject({ orientation: null, width: 64, height: 48 });
      expect(colors(decoded)).toBe(UPRIGHT[1]);
    }
  });

  it.each([
    [0, 1],
    [1, 8],
    [2, 3],
    [3, 6],
  ])('is that of an irot of %d quarters whatever EXIF says', async (turn, same) => {
    const decoded = await decodeImage(withTurn(files[format]!, turn));
    expect(decoded).toMatchObject({ orientation: same, ...sizeOf(same) });
    expect(colors(decoded)).toBe(UPRIGHT[same]);
  });

  it.each([
    [0, 4],
    [1, 2],
  ])('is that of an imir about axis %d whatever EXIF says', async (axis, same) => {
    const decoded = await decodeImage(withMirror(files[format]!, axis));
    expect(decoded).toMatchObject({ orientation: same, ...sizeOf(same) });
    expect(colors(decoded)).toBe(UPRIGHT[same]);
  });

  it('is that of EXIF where an irot belongs to no picture', async () => {
    const decoded = await decodeImage(withUnusedTurn(files[format]!, 2));
    expect(decoded).toMatchObject({ orientation: 6, ...sizeOf(6) });
    expect(colors(decoded)).toBe(UPRIGHT[6]);
  });

  it('does not keep a damaged file from an answer', async () => {
    const file = files[format]!;
    for (let at = 8; at < file.length - 4; at += 7) {
      const damaged = Buffer.from(file);
      damaged.writeUInt32BE(0xffff_fff0, at);
      const result = await decodeImage(damaged).catch((error: Error) => error);
      expect(String(result instanceof Error ? result.name : result.width)).toMatch(
        /^(ImageDecodeError|64|48)$/,
      );
    }
  });
});

describe('the orientation of an AVIF', () => {
  it.each(ORIENTATIONS)(
    'is applied once where EXIF, %d, and irot and imir say the same',
    async (orientation) => {
      const decoded = await decodeImage(await avif(orientation));
      expect(decoded).toMatchObject({ orientation, ...sizeOf(orientation) });
      expect(colors(decoded)).toBe(UPRIGHT[orientation]);
      const region = { x: 0, y: 0, width: decoded.width, height: decoded.height };
      expect(colors(await decodeImage(await avif(orientation), { region: () => region }))).toBe(
        UPRIGHT[orientation],
      );
    },
  );
});

describe('an orientation in XMP alone', () => {
  const packet =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"><tiff:Orientation>6</tiff:Orientation>' +
    '</rdf:Description></rdf:RDF></x:xmpmeta>';

  it.each(['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)(
    'is ignored in %s, as viewers do',
    async (format) => {
      const { data } = quarters(64, 48);
      const file = await sharp(data, { raw: { width: 64, height: 48, channels: 3 } })
        .withXmp(packet)
        .toFormat(format, { quality: 90 })
        .toBuffer();
      expect((await sharp(file).metadata()).xmpAsString).toContain('tiff:Orientation');
      const decoded = await decodeImage(file);
      expect(decoded).toMatchObject({ width: 64, height: 48 });
      expect(colors(decoded)).toBe(UPRIGHT[1]);
    },
  );
});

describe('the orientation in the EXIF of other formats', () => {
  it.each(['jpeg', 'png', 'webp', 'tiff'] as const)(
    'is applied in %s, but for numbers that are none',
    async (format) => {
      const { data } = quarters(64, 48);
      for (const orientation of [6, 7]) {
        const file = await sharp(data, { raw: { width: 64, height: 48, channels: 3 } })
          .withMetadata({ orientation })
          .toFormat(format, { quality: 90 })
          .toBuffer();
        const decoded = await decodeImage(file);
        expect(decoded).toMatchObject({ orientation, width: 48, height: 64 });
        expect(colors(decoded)).toBe(UPRIGHT[orientation]);
        for (const none of [0, 9]) {
          const other = await decodeImage(withExifOrientation(file, none));
          expect(other).toMatchObject({ width: 64, height: 48 });
          expect(colors(other)).toBe(UPRIGHT[1]);
        }
      }
    },
  );
});
