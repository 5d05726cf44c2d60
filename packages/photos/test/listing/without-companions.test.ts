import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { listPhotos } from '../../src/index.js';
import { withoutCompanions } from '../../src/listing/without-companions.js';

describe('a raw file and a JPEG of one shot', () => {
  it('are one photo, the JPEG; other names and other formats are photos of their own', () => {
    const names = ['a.CR2', 'a.JPG', 'b.nef', 'b.tif', 'c.dng', 'C.jpg', 'd.ARW', 'd.HIF', 'e', 'f.jpg.raf'];
    expect(withoutCompanions(names)).toEqual({
      kept: ['a.JPG', 'b.nef', 'b.tif', 'c.dng', 'C.jpg', 'd.HIF', 'e', 'f.jpg.raf'],
      companions: ['a.CR2', 'd.ARW'],
    });
  });

  it('are listed as one, unless the JPEG is excluded', async () => {
    const root = tempDir();
    for (const name of ['a.CR2', 'a.JPG', 'b.nef']) writeFileSync(join(root, name), 'x');
    const companions: string[] = [];
    const listed = async (exclude: string[]) => {
      const names: string[] = [];
      for await (const { path } of listPhotos([root], {
        exclude,
        onCompanion: (path) => companions.push(path),
      }))
        names.push(basename(path));
      return names;
    };
    expect(await listed([])).toEqual(['a.JPG', 'b.nef']);
    expect(companions).toEqual([join(root, 'a.CR2')]);
    expect(await listed(['*.JPG'])).toEqual(['a.CR2', 'b.nef']);
  });
});
