import { normalizationTable } from '@face-sets/quality';
import { noise } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { fitDetection, writeDetectionInput } from '../../src/analysis/detection-input.js';
import { resizeLinear } from '../../src/index.js';

describe('fitDetection', () => {
  it('fits the longer side and rounds the shorter one down', () => {
    expect(fitDetection(1366, 768, 640)).toEqual({ width: 640, height: 359, scale: 359 / 768 });
    expect(fitDetection(768, 1366, 640)).toEqual({ width: 359, height: 640, scale: 640 / 1366 });
    expect(fitDetection(150, 150, 640)).toEqual({ width: 640, height: 640, scale: 640 / 150 });
  });

  it('leaves at least one pixel of a strip', () => {
    expect(fitDetection(5000, 1, 128)).toMatchObject({ width: 128, height: 1 });
    expect(fitDetection(1, 5000, 128)).toMatchObject({ width: 1, height: 128 });
  });
});

describe('writeDetectionInput', () => {
  it.each([
    [70, 50],
    [50, 70],
    [64, 64],
    [1, 90],
    [96, 41],
    [41, 96],
  ])(
    'is the resized %d×%d picture, normalized, on black, whatever the array held before',
    (width, height) => {
      const size = 96;
      const image = noise(width, height);
      const fit = fitDetection(width, height, size);
      const table = normalizationTable({ mean: 127.5, std: 128 });
      const out = new Float32Array(3 * size * size).fill(Number.NaN);
      writeDetectionInput(image, fit, size, table, out);
      const resized = resizeLinear(image, fit.width, fit.height);
      const expected = new Float32Array(3 * size * size);
      for (let c = 0; c < 3; c++) {
        for (let y = 0; y < size; y++) {
          for (let x = 0; x < size; x++) {
            const inside = x < fit.width && y < fit.height;
            const level = inside ? resized.data[(y * fit.width + x) * 3 + c] : 0;
            expected[(c * size + y) * size + x] = (level - 127.5) / 128;
          }
        }
      }
      expect(out).toEqual(expected);
    },
  );
});
