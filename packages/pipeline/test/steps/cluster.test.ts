import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER_DEFAULTS, cluster } from '../../src/index.js';
import { annaAndBen, drawnCache, threePeople } from '../drawn-cache.js';

const root = tempDir('pipeline-cluster');
const cache = join(root, 'faces.npz');

beforeAll(async () => {
  const photos = join(root, 'photos');
  await drawnCache(cache, [...threePeople(photos), annaAndBen(join(photos, 'both.png'))]);
});

describe('cluster', () => {
  it('writes a folder for each person, and does nothing the second time, defaults given or not', async () => {
    const out = join(root, 'raw');
    const first = await cluster(cache, out);
    expect(first).toMatchObject({ out, upToDate: false, fileErrors: [] });
    expect(first.summary.people).toBe(3);
    expect(readdirSync(out).filter((name) => name.startsWith('person_'))).toHaveLength(3);
    const again = await cluster(cache, out, CLUSTER_DEFAULTS);
    expect(again).toMatchObject({ upToDate: true, summary: first.summary });
  });

  it('does the work again with another threshold', async () => {
    const out = join(root, 'strict');
    const first = await cluster(cache, out);
    const strict = await cluster(cache, out, { threshold: 0.001, mergeThreshold: 0 });
    expect(strict.upToDate).toBe(false);
    expect(strict.summary.singletons).toBeGreaterThan(first.summary.singletons);
    expect(strict.summary.faces).toBeLessThan(first.summary.faces);
  });

  it('stops when its signal is aborted, and leaves no half of an output', async () => {
    const out = join(root, 'stopped');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(cluster(cache, out, { signal })).rejects.toThrow('enough');
    expect(existsSync(out)).toBe(false);
  });
});
