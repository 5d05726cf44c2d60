import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, cropRegion, regionAvoiding, shareInside } from '../../src/index.js';

describe('cropRegion', () => {
  it('is a square around the face with half of its longer side on every side', () => {
    expect(cropRegion([100, 100, 200, 240])).toEqual({ x: 10, y: 30, side: 280 });
    expect(cropRegion([100, 100, 200, 240], 0)).toEqual({ x: 80, y: 100, side: 140 });
  });
});

describe('regionAvoiding', () => {
  it('shows less of the neighbors, keeps the whole face, and never widens', () => {
    const coordinate = fc.integer({ min: 0, max: 900 });
    const box = fc
      .tuple(coordinate, coordinate, fc.integer({ min: 20, max: 200 }), fc.integer({ min: 20, max: 200 }))
      .map(([x, y, w, h]): Box => [x, y, x + w, y + h]);
    fc.assert(
      fc.property(box, fc.array(box, { minLength: 1, maxLength: 4 }), (own, others) => {
        const plain = cropRegion(own);
        const { region } = regionAvoiding(own, others, { width: 1200, height: 1200 });
        expect(region.side).toBeLessThanOrEqual(plain.side);
        expect(shareInside(own, region)).toBe(1);
        const shown = (r: typeof region) => others.reduce((sum, other) => sum + shareInside(other, r), 0);
        // What it gives up elsewhere it may spend on staying wide, centered and inside the photo.
        expect(shown(region)).toBeLessThanOrEqual(shown(plain) + 0.5);
      }),
    );
  });

  it('leaves a neighbor out where there is room to', () => {
    const { region, overlap } = regionAvoiding([100, 100, 200, 230], [[260, 100, 360, 230]], {
      width: 800,
      height: 600,
    });
    expect(overlap).toBe(0);
    expect(region.x + region.side).toBeLessThanOrEqual(260);
  });
});
