import type { RgbImage } from '@face-sets/quality';
import { describe, expect, it } from 'vitest';
import { comparePhotos, faceVariance, mirroredPhoto, photoThumbnail } from '../src/compare-photos.js';
import { draw } from './album.js';

const FACE = [0.3, 0.2, 0.6, 0.7] as const;
const photo = (more: Partial<Parameters<typeof draw>[0]> = {}) => draw({ name: '', scene: 1, ...more });
/** The picture with each value changed. */
const changed = ({ data, ...size }: RgbImage, change: (value: number, i: number) => number): RgbImage => ({
  ...size,
  data: data.map((value, i) => Math.max(0, Math.min(255, Math.round(change(value, i))))),
});

describe('comparePhotos', () => {
  const original = photoThumbnail(photo());
  const to = (image: RgbImage, places: readonly (typeof FACE)[] = [FACE]) =>
    comparePhotos(original, photoThumbnail(image), places);

  it('does not mind size, brightness and contrast', () => {
    for (const copy of [photo({ width: 160, height: 120 }), changed(photo(), (value) => 20 + 0.6 * value)]) {
      expect(to(copy).hashDistance).toBeLessThanOrEqual(2);
      expect(to(copy).correlation).toBeGreaterThan(0.99);
    }
    expect(to(photo())).toEqual({ hashDistance: 0, correlation: expect.closeTo(1, 9) });
  });

  it('looks at the hash alone where there is no face, and at the worst of several faces', () => {
    // Another picture in the right half.
    const half = changed(photo(), (value, i) => (Math.floor(i / 3) % 400 < 200 ? value : 255 - value));
    const [left, right] = [
      [0.1, 0.2, 0.3, 0.7],
      [0.7, 0.2, 0.9, 0.7],
    ] as const;
    const places = (...some: (readonly [number, number, number, number])[]) =>
      comparePhotos(original, photoThumbnail(half), some).correlation;
    expect(places()).toBe(1);
    expect(places(left)).toBeGreaterThan(0.99);
    expect(places(right)).toBeLessThan(-0.99);
    expect(places(left, right)).toBe(places(right));
  });

  it('tells another picture by both', () => {
    const { hashDistance, correlation } = to(photo({ scene: 2 }));
    expect(hashDistance).toBeGreaterThan(10);
    expect(correlation).toBeLessThan(0.9);
  });

  it('knows a mirrored picture once it is mirrored back', () => {
    const mirrored = photoThumbnail(photo({ mirrored: true }));
    expect(comparePhotos(original, mirrored, [FACE]).correlation).toBeLessThan(0.9);
    const back = comparePhotos(original, mirroredPhoto(mirrored), [FACE]);
    expect(back.hashDistance).toBeLessThanOrEqual(1);
    expect(back.correlation).toBeGreaterThan(0.99);
  });
});

describe('faceVariance', () => {
  it('grows with the square of the contrast, and is 0 of a flat face', () => {
    const weak = changed(photo(), (value) => 128 + (value - 128) / 2);
    const [full, half] = [photo(), weak].map((image) => faceVariance(photoThumbnail(image), FACE));
    expect(full / half).toBeGreaterThan(3.8);
    expect(full / half).toBeLessThan(4.2);
    expect(faceVariance(photoThumbnail(changed(photo(), () => 77)), FACE)).toBe(0);
  });
});
