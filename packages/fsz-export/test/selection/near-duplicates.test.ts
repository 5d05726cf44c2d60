import { cacheWith } from '@face-sets/cache-npz';
import type { PerceptualHash } from '@face-sets/quality';
import { describe, expect, it } from 'vitest';
import { isNearDuplicate, possibleDuplicates } from '../../src/selection/near-duplicates.js';

/** Faces by the direction of their embedding in degrees, and by the width of their box of 100 pixels of height. */
function cacheOf(faces: readonly { angle: number; width?: number }[]) {
  const view = {
    images: [],
    faceCount: faces.length,
    dim: 2,
    imageIndex: new Int32Array(faces.length),
    embedding: Float32Array.from(
      faces.flatMap(({ angle }) => {
        const turn = (angle * Math.PI) / 180;
        return [20 * Math.cos(turn), 20 * Math.sin(turn)];
      }),
    ),
    bbox: Float32Array.from(faces.flatMap(({ width = 80 }) => [10, 10, 10 + width, 110])),
  };
  return cacheWith(view, 'embedding', 'bbox');
}

describe('possibleDuplicates', () => {
  it('gives the faces that are near to another one of them, in the order asked for', async () => {
    // Cosine distances: 0.015 for 10 degrees, 0.06 for 20, 0.23 for 40.
    const cache = cacheOf([{ angle: 0 }, { angle: 90 }, { angle: 10 }, { angle: 130 }, { angle: 20 }]);
    expect(await possibleDuplicates(cache, [4, 0, 1, 2, 3], 0.05)).toEqual([4, 0, 2]);
    expect(await possibleDuplicates(cache, [0, 1, 4], 0.05)).toEqual([]);
    expect(await possibleDuplicates(cache, [0, 1, 2, 3, 4], 0.25)).toEqual([0, 1, 2, 3, 4]);
    expect(await possibleDuplicates(cache, [], 0.05)).toEqual([]);
  });
});

describe('isNearDuplicate', () => {
  const cache = cacheOf([
    { angle: 0 },
    { angle: 10 },
    { angle: 40 },
    { angle: 0, width: 95 },
    { angle: 0, width: 100 },
  ]);
  const bits = (count: number): PerceptualHash => [2 ** count - 1, 0];
  const hashes = new Map([0, 1, 2, 3, 4].map((row) => [row, bits(0)]));
  const isOne = (a: number, b: number, some: ReadonlyMap<number, PerceptualHash> = hashes) =>
    isNearDuplicate(cache, a, b, some, 0.15);

  it('takes faces of nearly the same embedding, framing and picture for one, whichever comes first', () => {
    expect([isOne(0, 1), isOne(1, 0)]).toEqual([true, true]);
  });

  it('keeps faces apart that differ in one of the three', () => {
    expect([isOne(0, 2), isOne(2, 0)]).toEqual([false, false]);
    expect([isOne(0, 3), isOne(0, 4), isOne(4, 0)]).toEqual([true, false, false]);
    const picture = (count: number) => new Map(hashes).set(1, bits(count));
    expect([isOne(0, 1, picture(10)), isOne(0, 1, picture(11))]).toEqual([true, false]);
  });

  it('keeps a face apart of which there is no picture', () => {
    const without = new Map(hashes);
    without.delete(1);
    expect([isOne(0, 1, without), isOne(1, 0, without)]).toEqual([false, false]);
  });
});
