import { join } from 'node:path';
import { sharedPath } from '@face-sets/testing';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { hashDistance, perceptualHash, type RgbImage } from '../../src/index.js';

const photos = sharedPath('photos');

async function decoded(picture: string | Buffer): Promise<RgbImage> {
  const { data, info } = await sharp(picture)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

async function changed(image: RgbImage, change: (picture: Sharp) => Sharp): Promise<RgbImage> {
  const { data, width, height } = image;
  const bytes = await change(sharp(data, { raw: { width, height, channels: 3 } }))
    .jpeg({ quality: 60 })
    .toBuffer();
  return decoded(bytes);
}

describe.skipIf(!photos)('perceptualHash (needs the shared photos)', () => {
  const read = (name: string) => decoded(join(photos as string, 'groups', name));
  /** Four parts of the picture, as boxes for any size of it. */
  const boxesOf = ({ width, height }: RgbImage) =>
    [0.1, 0.3, 0.5, 0.7].map((at): [number, number, number, number] => [
      width * at,
      height * 0.3,
      width * (at + 0.2),
      height * 0.3 + width * 0.2,
    ]);

  it('is nearly the same for a copy that is smaller, brighter and recompressed', async () => {
    for (const name of ['bbt1.jpg', 'bbt4.jpg', 't1.jpg']) {
      const image = await read(name);
      const copy = await changed(image, (picture) =>
        picture.resize(Math.round(image.width * 0.6)).modulate({ brightness: 1.1 }),
      );
      boxesOf(image).forEach((box, i) => {
        const distance = hashDistance(perceptualHash(image, box), perceptualHash(copy, boxesOf(copy)[i]));
        expect(distance, `${name} ${i}`).toBeLessThanOrEqual(8);
      });
    }
  });

  it('tells different pictures apart', async () => {
    const [a, b] = [await read('bbt1.jpg'), await read('bbt4.jpg')];
    const hashes = [
      ...boxesOf(a).map((box) => perceptualHash(a, box)),
      ...boxesOf(b).map((box) => perceptualHash(b, box)),
    ];
    for (let i = 0; i < hashes.length; i++) {
      for (let j = 0; j < i; j++) expect(hashDistance(hashes[i], hashes[j])).toBeGreaterThan(10);
    }
  });

  it('takes a box that reaches outside of the picture', async () => {
    const image = await read('bbt1.jpg');
    expect(perceptualHash(image, [-50, -50, 60, 80])).toHaveLength(2);
  });
});
