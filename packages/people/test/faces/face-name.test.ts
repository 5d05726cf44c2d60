import { InvalidArgumentError } from '@face-sets/quality';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faceName, isFaceName, parseFaceName } from '../../src/index.js';

const SHA = `0123456789ABCDEF${'0'.repeat(48)}`;

describe("A face's name", () => {
  it('is the photo and the box in shares of it', () => {
    const name = faceName(SHA, [100, 50, 150, 130], { width: 400, height: 800 });
    expect(name).toBe('0123456789abcdef@0.250,0.063,0.125,0.100');
    expect(parseFaceName(name).photo).toBe('0123456789abcdef');
    parseFaceName(name).box.forEach((value, at) => {
      expect(value).toBeCloseTo([0.25, 0.063, 0.375, 0.163][at], 9);
    });
  });

  it('says of any box where it was, to the thousandth, also beyond the edges', () => {
    const share = fc.double({ min: -0.5, max: 1.5, noNaN: true });
    const size = fc.double({ min: 0, max: 1, noNaN: true });
    const side = fc.integer({ min: 1, max: 50_000 });
    fc.assert(
      fc.property(share, share, size, size, side, side, (x, y, w, h, width, height) => {
        const box = [x, y, x + w, y + h];
        const name = faceName(SHA, [x * width, y * height, (x + w) * width, (y + h) * height], {
          width,
          height,
        });
        expect(isFaceName(name)).toBe(true);
        expect(name).not.toContain('-0.000');
        parseFaceName(name).box.forEach((value, at) => {
          expect(Math.abs(value - box[at])).toBeLessThanOrEqual(0.00101);
        });
      }),
    );
  });

  it('is refused of what is no hash, no size and no box', () => {
    const size = { width: 10, height: 10 };
    expect(() => faceName('xyz', [0, 0, 1, 1], size)).toThrow(InvalidArgumentError);
    expect(() => faceName(SHA, [0, 0, Number.NaN, 1], size)).toThrow('bbox: expected [x1, y1, x2, y2]');
    expect(() => faceName(SHA, [5, 0, 1, 1], size)).toThrow(InvalidArgumentError);
    expect(() => faceName(SHA, [0, 0, 1, 1], { width: 0, height: 10 })).toThrow('photo: expected a size');
    for (const text of ['', '0123@0.1,0.1,0.1,0.1', `${SHA}@0.100,0.100,0.100,0.100`, '../../etc/passwd']) {
      expect(() => parseFaceName(text)).toThrow('expected a face such as');
      expect(isFaceName(text)).toBe(false);
    }
  });
});
