import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { nonMaxSuppression } from '../../src/index.js';

describe('nonMaxSuppression', () => {
  it('keeps the first of two boxes that overlap by more than the threshold', () => {
    const boxes = Float32Array.of(0, 0, 9, 9, 0, 0, 9, 8, 50, 50, 59, 59);
    expect(nonMaxSuppression(boxes, 0.4)).toEqual([0, 2]);
  });

  it('counts both end pixels, as InsightFace does', () => {
    // 10 × 10 pixels each, 4 columns in common: 40 / 160 = 0.25; without the +1 it would be 27 / 135 = 0.2.
    const boxes = Float32Array.of(0, 0, 9, 9, 6, 0, 15, 9);
    expect(nonMaxSuppression(boxes, 0.25)).toEqual([0, 1]);
    expect(nonMaxSuppression(boxes, 0.249)).toEqual([0]);
  });

  it('does not let a dropped box drop others', () => {
    // The second overlaps both neighbors, which do not overlap each other enough.
    const boxes = Float32Array.of(0, 0, 99, 99, 40, 0, 139, 99, 80, 0, 179, 99);
    expect(nonMaxSuppression(boxes, 0.43)).toEqual([0, 1, 2]);
    expect(nonMaxSuppression(boxes, 0.4)).toEqual([0, 2]);
  });

  it('keeps no two boxes that overlap too much, and drops none without a reason', () => {
    const random = seeded(9);
    const boxes = new Float32Array(200 * 4);
    for (let i = 0; i < boxes.length; i += 4) {
      const x = random() * 100;
      const y = random() * 100;
      boxes.set([x, y, x + random() * 60, y + random() * 60], i);
    }
    const overlap = (i: number, j: number) => {
      const [a, b] = [boxes.subarray(i * 4, i * 4 + 4), boxes.subarray(j * 4, j * 4 + 4)];
      const w = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]) + 1);
      const h = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]) + 1);
      const area = (box: Float32Array) => (box[2] - box[0] + 1) * (box[3] - box[1] + 1);
      return (w * h) / (area(a) + area(b) - w * h);
    };
    const kept = nonMaxSuppression(boxes, 0.4);
    for (let i = 0; i < 200; i++) {
      const stronger = kept.filter((k) => k < i && overlap(k, i) > 0.4);
      expect(stronger.length > 0).toBe(!kept.includes(i));
    }
  });

  it('returns nothing for nothing', () => {
    expect(nonMaxSuppression(new Float32Array(0), 0.4)).toEqual([]);
  });
});
