import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { cluster, extend } from '../../src/index.js';
import { annaAndBen, drawnCache, threePeople } from '../drawn-cache.js';

const root = tempDir('pipeline-extend');

describe('extend', () => {
  it('adds what is new in the cache to the people that there are, and does nothing without', async () => {
    const photos = threePeople(join(root, 'photos'));
    const cache = join(root, 'faces.npz');
    await drawnCache(cache, photos);
    const out = join(root, 'raw');
    const { summary } = await cluster(cache, out);
    expect((await extend(cache, out)).cluster).toMatchObject({ upToDate: true, summary });
    await drawnCache(cache, [annaAndBen(join(root, 'photos', 'both.png'))]);
    const { cluster: extended } = await extend(cache, out);
    expect(extended).toMatchObject({
      upToDate: false,
      changes: { renumbered: 0, changed: 0, created: [], gone: [], added: [{ faces: 1 }, { faces: 1 }] },
    });
    expect(extended.summary.people).toBe(summary.people);
    expect((await extend(cache, out)).cluster.upToDate).toBe(true);
  });
});
