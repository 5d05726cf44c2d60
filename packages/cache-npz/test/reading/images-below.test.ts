import { mkdirSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { imagesBelow } from '../../src/index.js';
import { imageRecord } from '../cache-fixture.js';

/** A cache that knows photos at these paths. */
const cacheOf = (...images: { path: string; pathAliases?: string[]; superseded?: boolean }[]) => ({
  images: images.map((image, i) => ({ ...imageRecord(i), pathAliases: [], ...image })),
});

describe('imagesBelow', () => {
  it('finds photos in folders and below them, by any of their paths, for each folder of each group', async () => {
    const cache = cacheOf(
      { path: '/p/anna/1.jpg' },
      { path: '/p/anna/old/2.jpg', pathAliases: ['/p/bob/2.jpg'] },
      { path: '/p/annabel/3.jpg' },
      { path: '/p/anna/4.jpg', superseded: true },
      { path: '/5.jpg' },
    );
    expect(await imagesBelow(cache, [['/p/anna', '/p/bob'], ['/p', '/p/nobody'], []])).toEqual([
      [[0, 1], [1]],
      [[0, 1, 2], []],
      [],
    ]);
    expect(await imagesBelow(cache, [['/'], ['/p/anna/', '/p/x/../anna']])).toEqual([
      [[0, 1, 2, 4]],
      [
        [0, 1],
        [0, 1],
      ],
    ]);
  });

  it('names a photo once that is in a folder by two paths', async () => {
    const cache = cacheOf({ path: '/p/a/1.jpg', pathAliases: ['/p/b/1.jpg', '/p/a/copy.jpg'] });
    expect(await imagesBelow(cache, [['/p']])).toEqual([[[0]]]);
  });

  it('follows symbolic links, in the folder that is asked for and in the path that the cache has', async () => {
    const root = tempDir('below');
    const [real, link] = [join(root, 'real'), join(root, 'link')];
    mkdirSync(join(real, 'anna'), { recursive: true });
    symlinkSync(real, link);
    const cache = cacheOf({ path: join(real, 'anna', '1.jpg') }, { path: join(link, 'anna', '2.jpg') });
    for (const folder of [real, link, relative(process.cwd(), link)]) {
      expect(await imagesBelow(cache, [[folder]])).toEqual([[[0, 1]]]);
    }
    // Where the cache says that they were once there is no folder any more.
    expect(await imagesBelow(cacheOf({ path: '/gone/x/1.jpg' }), [['/gone']])).toEqual([[[0]]]);
  });
});
