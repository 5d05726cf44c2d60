import { describe, expect, it } from 'vitest';
import { album } from './album.js';

describe('photos that may be copies by what the cache knows', () => {
  it('have nearly the same shape', async () => {
    const { find, decoded } = album([
      { name: 'a', scene: 1 },
      { name: 'a little flatter', scene: 1, height: 296 },
      { name: 'flatter', scene: 1, height: 290 },
    ]);
    expect((await find()).groups).toHaveLength(1);
    expect([...new Set(decoded)].sort()).toEqual(['a', 'a little flatter']);
  });

  it('have faces as near as the threshold asks for', async () => {
    // Cosine distances to the first: 0.06 and 0.36.
    const { find } = album([
      { name: 'a', scene: 1 },
      { name: 'near', scene: 1, angle: 20 },
      { name: 'far', scene: 1, angle: 50 },
    ]);
    const sizes = async (threshold?: number) =>
      (await find({ threshold })).groups.map(({ length }) => length);
    expect(await sizes(0.05)).toEqual([]);
    expect(await sizes()).toEqual([2]);
    expect(await sizes(0.1)).toEqual([2]);
    expect(await sizes(0.4)).toEqual([3]);
  });

  it('have half of the faces of the one that has fewer in common', async () => {
    const others = [
      { left: 0.55, size: 0.1, angle: 90 },
      { left: 0.7, size: 0.1, angle: 120 },
    ];
    const strangers = [
      { left: 0.55, size: 0.1, angle: 180 },
      { left: 0.7, size: 0.1, angle: 240 },
    ];
    const { find } = album([
      { name: 'three', scene: 1, others },
      { name: 'one of them', scene: 1, width: 200, height: 150 },
      { name: 'three others', scene: 1, angle: 45, others: strangers },
    ]);
    expect((await find({ threshold: 0.2 })).groups).toEqual([['three', 'one of them']]);
  });
});
