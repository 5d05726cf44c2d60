import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { bboxBlur, bboxRect, laplacianVariance, toGray } from '../../src/index.js';
import { randomImage } from '../helpers.js';

const image = randomImage(20, 10, seeded(2));

describe('bboxBlur', () => {
  it('truncates the box toward zero and clips it to the image', () => {
    expect(bboxRect([-0.9, 1.9, 5.99, 30], image)).toEqual({ x: 0, y: 1, width: 5, height: 9 });
    expect(bboxBlur(image, [-7.2, 1.9, 5.99, 30])).toBe(
      laplacianVariance(toGray(image, { x: 0, y: 1, width: 5, height: 9 })),
    );
  });

  it('is 0 where the box holds no pixel or is not a box', () => {
    for (const bbox of [
      [5, 5, 5.9, 9],
      [25, 2, 30, 8],
      [-9, -9, -1, -1],
      [8, 8, 2, 2],
      [Number.NaN, 0, 5, 5],
      [0, 0, Number.NaN, 5],
    ]) {
      expect(bboxBlur(image, bbox)).toBe(0);
    }
  });

  it('is 0 for a flat picture', () => {
    expect(bboxBlur({ data: new Uint8Array(300).fill(90), width: 10, height: 10 }, [0, 0, 10, 10])).toBe(0);
  });
});
