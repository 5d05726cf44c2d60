import { needsOpencv, noise, seeded, withOpencv } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { type AffineTransform, warpAffine } from '../../src/index.js';

describe('warpAffine', () => {
  it.skipIf(needsOpencv)(`equals cv2.warpAffine in every value, also beyond the edges${needsOpencv}`, () => {
    const random = seeded(3);
    const transforms = Array.from({ length: 80 }, (): AffineTransform => {
      const scale = 0.1 + random() * 4;
      const angle = (random() - 0.5) * 2 * Math.PI;
      const a = scale * Math.cos(angle);
      const b = scale * Math.sin(angle);
      return [a, -b, (random() - 0.3) * 200, b, a, (random() - 0.3) * 200];
    });
    transforms.push(
      [1, 0, 0, 0, 1, 0],
      [1, 0, 0.5, 0, 1, -0.5],
      [2, 0.3, -10, -0.2, 0.5, 30],
      [0, 0, 0, 0, 0, 0],
    );
    const cases = transforms.map((transform, i) => ({
      image: noise(20 + ((i * 37) % 200), 20 + ((i * 53) % 150), i),
      transform,
      width: i % 3 === 0 ? 192 : 112,
      height: 112,
    }));
    const expected = withOpencv(
      'cv2.warpAffine(img, np.array(transform, np.float64).reshape(2, 3), (width, height), borderValue=0.0)',
      cases,
    );
    for (const [i, { image, transform, width, height }] of cases.entries()) {
      const warped = warpAffine(image, transform, width, height);
      expect(Buffer.compare(warped.data, expected[i].data), transform.join(' ')).toBe(0);
    }
  });

  it('is black where the picture has no pixels', () => {
    const white = { data: new Uint8Array(4 * 4 * 3).fill(255), width: 4, height: 4 };
    const { data } = warpAffine(white, [1, 0, 2, 0, 1, 0], 4, 1);
    expect(Array.from(data)).toEqual([0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255]);
  });

  it('survives transforms that leave the range of integers', () => {
    const image = noise(8, 8);
    for (const value of [1e300, -1e300, Number.NaN, Number.POSITIVE_INFINITY, 1e-300]) {
      const { data } = warpAffine(image, [value, 0, value, 0, value, value], 4, 4);
      expect(data).toHaveLength(48);
    }
  });
});
