import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { duplicatePairs } from '../src/index.js';
import { album, draw } from './album.js';

describe('a group of copies', () => {
  it('shows the largest face of the best, and in each copy the same one or another that was found there', async () => {
    const large = { left: 0.45, size: 0.5, angle: 90 };
    const { find } = album([
      { name: 'best', scene: 1, width: 800, height: 600, others: [large] },
      { name: 'both', scene: 1, others: [large] },
      { name: 'small one', scene: 1, width: 200, height: 150 },
    ]);
    const { manifest } = await find();
    const [{ best, copies }] = manifest.near_duplicates;
    expect([best.row, best.bbox]).toEqual([1, [360, 120, 760, 420]]);
    expect(copies.map(({ source, row, best_row }) => [basename(source), row, best_row])).toEqual([
      ['both', 3, 1],
      ['small one', 4, 0],
    ]);
    expect(duplicatePairs(manifest)).toEqual([
      [1, 3],
      [0, 4],
    ]);
  });

  it('says how far each copy is from the best, by its worst face', async () => {
    const other = (angle: number) => [{ left: 0.6, size: 0.3, angle }];
    const { find } = album([
      { name: 'best', scene: 1, width: 800, height: 600, others: other(90) },
      { name: 'copy', scene: 1, angle: 10, others: other(120) },
    ]);
    const { manifest } = await find();
    const [{ copies }] = manifest.near_duplicates;
    // 30 degrees are a cosine distance of 0.134, 10 of 0.015.
    expect(copies[0].distance).toBeCloseTo(0.134, 3);
    expect(copies[0].hash_distance).toBeLessThanOrEqual(10);
    expect(copies[0].correlation).toBeGreaterThan(0.95);
  });

  it('is judged without a look at pixels where one of them cannot be read in full', async () => {
    const photos = [
      { name: 'gray', scene: 6 },
      { name: 'in color', scene: 6 },
    ];
    const red = draw({ name: '', scene: 7 }).data;
    const { find } = album(photos);
    const judged = async (broken: string | null) => {
      const { manifest } = await find({
        decode: async (path, { longSide }) => {
          const image = draw(photos[0]);
          if (longSide !== Number.POSITIVE_INFINITY) return image;
          if (basename(path) === broken) throw new Error('out of memory');
          if (basename(path) === 'in color') {
            for (let i = 0; i < image.data.length; i += 3) image.data[i] = red[i];
          }
          return image;
        },
      });
      const [{ best, copies }] = manifest.near_duplicates;
      return [basename(best.source), copies[0].reason.code];
    };
    expect(await judged(null)).toEqual(['in color', 'no-color']);
    // What is known of one alone counts for nothing: the first by path is as good as the other.
    expect(await judged('gray')).toEqual(['gray', 'as-good']);
    expect(await judged('in color')).toEqual(['gray', 'as-good']);
  });
});
