import { expect, it } from 'vitest';
import { faceKey } from '../src/index.js';

const sha256 = 'a'.repeat(64);

it('A face is known again by its photo and its place, to the pixel', () => {
  const key = faceKey({ sha256, bbox: [1.4, 2, 3, 4] });
  expect(faceKey({ sha256, bbox: Float32Array.of(1.4, 2, 3, 4) as unknown as number[] })).toBe(key);
  expect(faceKey({ sha256, bbox: [0.6, 2.4, 3, 4] })).toBe(key);
  expect(faceKey({ sha256, bbox: [1.6, 2, 3, 4] })).not.toBe(key);
  expect(faceKey({ sha256: 'b'.repeat(64), bbox: [1.4, 2, 3, 4] })).not.toBe(key);
  // Digits of one number are not taken for those of the next.
  expect(faceKey({ sha256, bbox: [11, 2, 3, 4] })).not.toBe(faceKey({ sha256, bbox: [1, 12, 3, 4] }));
});
