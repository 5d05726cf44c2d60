import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { cluster, extend } from '../../src/index.js';
import { annaAndBen, drawnCache, threePeople } from '../drawn-cache.js';

const root = tempDir('pipeline-extend');

describe('extend', () => {
  it('adds what is new in the cache to the people that there are, and does nothing without', async () => {
    const photos = threePeople(join(root, 'photos'));
    const [before, after] = [join(root, 'before.npz'), join(root, 'after.npz')];
    await drawnCache(before, photos);
    await drawnCache(after, [...photos, annaAndBen(join(root, 'photos', 'both.png'))]);
    const out = join(root, 'raw');
    const { summary } = await cluster(before, out);
    expect((await extend(before, out)).cluster).toMatchObject({ upToDate: true, summary });
    const { cluster: extended } = await extend(after, out);
    expect(extended).toMatchObject({
      upToDate: false,
      labelDiff: { renumbered: 0, created: [], added: [{ faces: 1 }, { faces: 1 }] },
    });
    expect(extended.summary.people).toBe(summary.people);
    expect((await extend(after, out)).cluster.upToDate).toBe(true);
  });
});
