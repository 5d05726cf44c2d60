import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { softFill } from '../../src/index.js';

describe('softFill', () => {
  it('keeps what is known and fills the rest within the range of what is known', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 33 }),
        fc.integer({ min: 1, max: 33 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
        fc.infiniteStream(fc.constantFrom(0, 0, 0.5, 1)),
        (width, height, colors, fills) => {
          const data = Uint8Array.from({ length: width * height * 3 }, () => colors.next().value);
          const fill = Float32Array.from({ length: width * height }, () => fills.next().value);
          const before = data.slice();
          softFill(data, fill, width, height);
          const known = [...fill.keys()].filter((i) => fill[i] === 0);
          for (const i of known)
            expect(data.subarray(i * 3, i * 3 + 3)).toEqual(before.subarray(i * 3, i * 3 + 3));
          if (known.length === 0) {
            expect(data).toEqual(before);
            return;
          }
          const reds = known.map((i) => before[i * 3]);
          for (const i of fill.keys()) {
            if (fill[i] < 1) continue;
            expect(data[i * 3]).toBeGreaterThanOrEqual(Math.min(...reds) - 1);
            expect(data[i * 3]).toBeLessThanOrEqual(Math.max(...reds) + 1);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
