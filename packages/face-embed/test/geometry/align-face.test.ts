import { noise } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { ARCFACE_TEMPLATE, alignFace, alignTransform, type similarityTransform } from '../../src/index.js';

type Transform = ReturnType<typeof similarityTransform>;

function apply([a, b, c, d, e, f]: Transform, points: ArrayLike<number>): number[] {
  const out: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    out.push(a * points[i] + b * points[i + 1] + c, d * points[i] + e * points[i + 1] + f);
  }
  return out;
}

describe('alignFace', () => {
  it('leaves a face alone whose keypoints lie on the template', () => {
    const image = noise(112, 112);
    expect(alignFace(image, ARCFACE_TEMPLATE)).toEqual(image);
  });

  it('takes the keypoints to the template, at any size', () => {
    const kps = ARCFACE_TEMPLATE.map((value, i) => (i % 2 === 0 ? 300 - 2 * value : 400 - 2 * value));
    for (const size of [112, 224]) {
      const landed = apply(alignTransform(kps, size), kps);
      landed.forEach((value, i) => {
        expect(value).toBeCloseTo((ARCFACE_TEMPLATE[i] * size) / 112, 4);
      });
      expect(alignFace(noise(400, 400), kps, size)).toMatchObject({ width: size, height: size });
    }
  });
});
