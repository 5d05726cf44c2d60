import { cropRegion } from '@face-sets/quality';
import { drawPhoto, embeddingOfPerson, findDrawnFaces } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { renderCrop } from '../../src/index.js';

const face = (who: number, x: number, y: number, w = 100, h = 130) => ({
  who,
  bbox: [x, y, x + w, y + h] as [number, number, number, number],
});

describe('renderCrop', () => {
  it('is exactly as large as asked for, whatever the region', async () => {
    const photo = drawPhoto(300, 200, [face(0, 100, 40)]);
    for (const region of [
      { x: 50, y: 5, side: 200 },
      { x: -80, y: -60, side: 417 },
      { x: 100, y: 40, side: 7 },
      { x: 250, y: 150, side: 900 },
    ]) {
      const crop = await renderCrop(photo, region, { size: 96 });
      expect([crop.width, crop.height, crop.data.length]).toEqual([96, 96, 96 * 96 * 3]);
    }
  });

  it('shows the pixels of the photo as they are at scale 1', async () => {
    const photo = drawPhoto(300, 200, [face(0, 100, 40)]);
    const crop = await renderCrop(photo, { x: 60, y: 20, side: 160 }, { size: 160 });
    for (let y = 0; y < 160; y += 13) {
      const row = photo.data.subarray(((y + 20) * 300 + 60) * 3, ((y + 20) * 300 + 220) * 3);
      expect(crop.data.subarray(y * 480, y * 480 + 480)).toEqual(row);
    }
  });

  it('makes a hard edge smaller and larger without rings', async () => {
    const side = 400;
    const data = Uint8Array.from({ length: side * side * 3 }, (_, i) =>
      Math.floor(i / 3) % side < side / 2 ? 60 : 200,
    );
    for (const [size, most] of [
      [130, 4],
      [1000, 12],
    ]) {
      const crop = await renderCrop({ data, width: side, height: side }, { x: 0, y: 0, side }, { size });
      const row = Array.from({ length: size }, (_, x) => crop.data[(Math.floor(size / 2) * size + x) * 3]);
      expect(Math.min(...row)).toBeGreaterThanOrEqual(60 - most);
      expect(Math.max(...row)).toBeLessThanOrEqual(200 + most);
      // Beside the one step over the edge both sides are as flat as they were.
      const near = Math.ceil(3 * Math.max(1, size / side));
      const [left, right] = [row.slice(0, size / 2 - near), row.slice(size / 2 + near)];
      expect(Math.max(...left) - Math.min(...left), `${size}`).toBeLessThanOrEqual(1);
      expect(Math.max(...right) - Math.min(...right), `${size}`).toBeLessThanOrEqual(1);
    }
  });

  it('continues a photo beyond its edge in its own colors, not in black', async () => {
    const photo = drawPhoto(200, 200, []);
    const crop = await renderCrop(photo, { x: -100, y: -100, side: 400 }, { size: 200 });
    const least = crop.data.reduce((a, b) => Math.min(a, b));
    const most = crop.data.reduce((a, b) => Math.max(a, b));
    expect(least).toBeGreaterThanOrEqual(88);
    expect(most).toBeLessThanOrEqual(152);
    // No seam: neighboring pixels across the photo's left edge hardly differ.
    for (let y = 60; y < 140; y++) {
      for (let x = 47; x < 53; x++) {
        const at = (y * 200 + x) * 3;
        expect(Math.abs(crop.data[at] - crop.data[at + 3])).toBeLessThan(6);
      }
    }
  });

  it('covers a mask with what is around it, and leaves the kept face as it is', async () => {
    const own = face(0, 100, 60);
    const other = face(1, 212, 60, 60, 80);
    const photo = drawPhoto(400, 300, [own, other]);
    const region = cropRegion(own.bbox);
    const plain = await renderCrop(photo, region, { size: 256 });
    const masked = await renderCrop(photo, region, { size: 256, masks: [other.bbox], keep: own.bbox });
    expect(findDrawnFaces(masked).map((found) => found.embedding)).toEqual([embeddingOfPerson(0)]);
    const center = (128 * 256 + 128) * 3;
    expect(masked.data.subarray(center, center + 3)).toEqual(plain.data.subarray(center, center + 3));
    // Soft: no step inside the covered area that is nearly as hard as the edge of a box.
    const black = masked.data.some((value, i) => value < 15 && plain.data[i] > 80);
    expect(black).toBe(false);
  });
});
