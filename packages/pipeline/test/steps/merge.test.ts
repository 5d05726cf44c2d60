import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { cluster, merge } from '../../src/index.js';
import { drawnCache, threePeople } from '../drawn-cache.js';

const root = tempDir('pipeline-merge');

describe('merge', () => {
  it('unites caches: the people of all are found in the new one', async () => {
    const photos = threePeople(join(root, 'photos'));
    const [first, second, all] = ['first.npz', 'second.npz', 'all.npz'].map((name) => join(root, name));
    await drawnCache(first!, photos.slice(0, 5));
    await drawnCache(second!, photos.slice(5));
    expect(await merge([first!, second!], all!)).toMatchObject({ faces: 9 });
    expect((await cluster(all!, join(root, 'raw'))).summary.people).toBe(3);
  });

  it('refuses caches of two models, and writes nothing', async () => {
    const photos = threePeople(join(root, 'photos'));
    const [one, other, both] = ['one.npz', 'other.npz', 'both.npz'].map((name) => join(root, name));
    await drawnCache(one!, photos.slice(0, 3));
    await drawnCache(other!, photos.slice(3), 'another');
    await expect(merge([one!, other!], both!)).rejects.toThrow(/another/);
    expect(existsSync(both!)).toBe(false);
  });
});
