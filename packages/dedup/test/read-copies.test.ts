import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { album, draw } from './album.js';

describe('a photo with copies of the same bytes', () => {
  const photos = [
    { name: 'a', scene: 1, aliases: 2 },
    { name: 'b', scene: 1, width: 200, height: 150 },
  ];
  const drawn = (path: string) => draw(photos[basename(path).startsWith('a') ? 0 : 1]);

  it('is read from the first of them that can be, small first and then as it is', async () => {
    const { find, dir } = album(photos);
    writeFileSync(join(dir, 'a'), 'another');
    const asked: [string, number][] = [];
    const { groups } = await find({
      concurrency: 1,
      decode: async (path, { longSide }) => {
        asked.push([basename(path), longSide]);
        if (basename(path) === 'a-0') throw new Error('cut off');
        return drawn(path);
      },
    });
    expect(groups).toEqual([['a', 'b']]);
    const full = Number.POSITIVE_INFINITY;
    expect(asked).toEqual([
      ['a-0', 512],
      ['a-1', 512],
      ['b', 512],
      ['a-0', full],
      ['a-1', full],
      ['b', full],
    ]);
  });

  it('is a problem where none can be read, told of the first', async () => {
    const { find, dir } = album(photos);
    const { groups, manifest } = await find({
      decode: async (path) => {
        if (basename(path).startsWith('a')) throw new Error(`cut off at ${basename(path)}`);
        return drawn(path);
      },
    });
    expect(groups).toEqual([]);
    const path = join(dir, 'a');
    expect(manifest.problems).toEqual([{ source: path, message: `${path} cannot be read: cut off at a` }]);
  });
});
