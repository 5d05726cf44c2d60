import { describe, expect, it } from 'vitest';
import { forEachLimit } from '../src/index.js';

describe('forEachLimit', () => {
  it('does every item once, in order, and no more at a time than the limit', async () => {
    const started: number[] = [];
    let running = 0;
    let most = 0;
    await forEachLimit([5, 6, 7, 8, 9], 2, async (item, index) => {
      started.push(item - index);
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
    });
    expect(started).toEqual([5, 5, 5, 5, 5]);
    expect(most).toBe(2);
  });

  it('starts nothing new after a failure, and throws it once the running ones have ended', async () => {
    const ended: number[] = [];
    const work = forEachLimit([0, 1, 2, 3], 2, async (item) => {
      if (item === 0) throw new Error('broken');
      await new Promise((resolve) => setImmediate(resolve));
      ended.push(item);
    });
    await expect(work).rejects.toThrow('broken');
    expect(ended).toEqual([1]);
  });
});
