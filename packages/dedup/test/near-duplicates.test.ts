import { describe, expect, it } from 'vitest';
import { album, draw } from './album.js';

describe('the search for near-duplicates', () => {
  it('tells how many photos it has looked at', async () => {
    const { find } = album([
      { name: 'a', scene: 1 },
      { name: 'b', scene: 1, width: 200, height: 150 },
      { name: 'c', scene: 1, width: 100, height: 75 },
      { name: 'elsewhere', scene: 1, left: 0.6 },
    ]);
    const told: { done: number; total: number }[] = [];
    await find({ onProgress: (progress) => told.push(progress), concurrency: 1 });
    expect(told).toEqual([0, 1, 2, 3].map((done) => ({ done, total: 3 })));
  });

  it('looks at no more photos at a time than it is told', async () => {
    const { find } = album(
      Array.from({ length: 6 }, (_, i) => ({ name: `p-${i}`, scene: 1, width: 160, height: 120 })),
    );
    for (const concurrency of [1, 3]) {
      let [now, most] = [0, 0];
      await find({
        concurrency,
        decode: async () => {
          most = Math.max(most, ++now);
          await new Promise((resolve) => setImmediate(resolve));
          now--;
          return draw({ name: '', scene: 1, width: 160, height: 120 });
        },
      });
      expect(most).toBe(concurrency);
    }
  });

  it('takes a picture that is its own mirror image for a plain copy', async () => {
    const photos = [
      { name: 'a', scene: 4, left: 0.35 },
      { name: 'b', scene: 4, left: 0.35 },
    ];
    const { find } = album(photos);
    const { manifest } = await find({
      mirrored: true,
      decode: async () => {
        const { data, width, height } = draw(photos[0]);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width / 2; x++) {
            const [from, to] = [3 * (y * width + x), 3 * (y * width + width - 1 - x)];
            data.copyWithin(to, from, from + 3);
          }
        }
        return { data, width, height };
      },
    });
    const [{ copies }] = manifest.near_duplicates;
    expect(copies.map(({ mirrored }) => mirrored)).toEqual([false]);
  });

  it('stops where it is told to, between two photos', async () => {
    const { find, decoded } = album([
      { name: 'a', scene: 1 },
      { name: 'b', scene: 1 },
      { name: 'c', scene: 1 },
    ]);
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => {
      if (done === 1) stop.abort();
    };
    await expect(find({ signal: stop.signal, onProgress, concurrency: 1 })).rejects.toThrow(/abort/i);
    expect(decoded).toEqual(['a']);
  });
});
