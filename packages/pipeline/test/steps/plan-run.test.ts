import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeCache, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { planRun, runLayout } from '../../src/index.js';
import { drawnCache, threePeople } from '../drawn-cache.js';

const root = tempDir('pipeline-plan');
const photos = join(root, 'photos');

describe('planRun', () => {
  it('says how many photos a run would open and what it would write, and writes nothing', async () => {
    await makeCache(threePeople(photos));
    const out = join(root, 'planned');
    const plan = await planRun([photos], out);
    expect(plan).toMatchObject({ out, dryRun: true, listed: 9, toOpen: 9 });
    expect(plan.cost.total).toBeGreaterThan(0);
    const linked = await planRun([photos], out, { link: 'hard' });
    expect(linked.cost.placed).toBe('hard');
    expect(linked.cost.raw).toBeLessThan(plan.cost.raw);
    expect((await planRun([photos], out, { exclude: ['anna/**'] })).listed).toBe(6);
    expect(existsSync(out)).toBe(false);
  });

  it('counts no photo that the cache of the run has', async () => {
    const out = join(root, 'begun');
    await drawnCache(runLayout(out).cache, threePeople(photos).slice(0, 4));
    expect(await planRun([photos], out)).toMatchObject({ listed: 9, toOpen: 5 });
  });
});
