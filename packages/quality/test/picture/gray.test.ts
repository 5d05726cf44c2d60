import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { toGray } from '../../src/index.js';
import { randomImage } from '../helpers.js';

const image = randomImage(20, 10, seeded(2));

describe('toGray', () => {
  it('converts a rectangle as it converts the whole image', () => {
    const whole = toGray(image);
    const part = toGray(image, { x: 3, y: 2, width: 5, height: 4 });
    for (let y = 0; y < 4; y++) {
      const row = (y + 2) * 20 + 3;
      expect([...part.data.subarray(y * 5, y * 5 + 5)]).toEqual([...whole.data.subarray(row, row + 5)]);
    }
  });

  it('refuses pixels that do not fit the size, and says what it found', () => {
    expect(() => toGray({ data: new Uint8Array(16), width: 2, height: 2 })).toThrow(
      /expected 2x2x3 = 12 bytes of RGB.*received 16, which is RGBA/,
    );
    expect(() => toGray({ data: new Uint8Array(0), width: 1.5, height: 2 })).toThrow(/1\.5x2/);
  });

  it('refuses a rectangle that reaches out of the image', () => {
    expect(() => toGray(image, { x: 16, y: 0, width: 5, height: 1 })).toThrow(/5x1 at 16,0.*20x10/);
    expect(() => toGray(image, { x: 0.5, y: 0, width: 5, height: 1 })).toThrow(RangeError);
  });
});
