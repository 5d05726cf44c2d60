import { needsOpencv, noise, seeded, withOpencv } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { resizeLinear } from '../../src/index.js';

describe('resizeLinear', () => {
  it.skipIf(needsOpencv)(`equals cv2.resize in every value, larger, smaller and uneven${needsOpencv}`, () => {
    const random = seeded(7);
    const side = (most: number) => 1 + Math.floor(random() * most);
    const sizes = [
      [150, 150, 640, 640],
      [640, 480, 128, 96],
      [300, 200, 150, 100],
      [300, 200, 300, 200],
      [200, 100, 50, 25],
      [1, 1, 7, 5],
      [2, 3, 640, 960],
      [1366, 768, 640, 359],
      ...Array.from({ length: 60 }, () => [side(200), side(200), side(300), side(300)]),
    ];
    const cases = sizes.map(([width, height, toWidth, toHeight], i) => ({
      image: noise(width, height, i),
      toWidth,
      toHeight,
    }));
    const expected = withOpencv('cv2.resize(img, (toWidth, toHeight))', cases);
    for (const [i, { image, toWidth, toHeight }] of cases.entries()) {
      const resized = resizeLinear(image, toWidth, toHeight);
      expect(Buffer.compare(resized.data, expected[i].data), sizes[i].join(' ')).toBe(0);
    }
  });

  it('leaves a picture of the same size as it is', () => {
    const image = noise(13, 9);
    expect(resizeLinear(image, 13, 9)).toEqual(image);
  });

  it('blends two pixels at half-pixel centers', () => {
    const image = { data: Uint8Array.of(0, 0, 0, 200, 200, 200), width: 2, height: 1 };
    const { data } = resizeLinear(image, 4, 1);
    expect([data[0], data[3], data[6], data[9]]).toEqual([0, 50, 150, 200]);
  });

  it('refuses a size that is no positive integer, and says which', () => {
    const image = noise(4, 4);
    expect(() => resizeLinear(image, 0, 4)).toThrow(
      'the target is 0×4; both sides must be positive integers',
    );
    expect(() => resizeLinear(image, 4, 2.5)).toThrow(RangeError);
    expect(() => resizeLinear({ ...image, width: 0 }, 4, 4)).toThrow(/expected 0x4x3|the source is 0×4/);
  });
});
