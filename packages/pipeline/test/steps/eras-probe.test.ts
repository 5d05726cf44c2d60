import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { probeEras } from '../../src/index.js';
import { toyCollection } from '../toy-collection.js';

let made: Awaited<ReturnType<typeof toyCollection>>;
beforeAll(async () => {
  made = await toyCollection();
});

describe('probeEras', () => {
  it('finds too few years for a verdict, reads each date once, and shows it in the report', async () => {
    const out = await made.copy('probe');
    const faceset = join(out, 'faceset_001');
    const probe = await probeEras(made.cache, faceset);
    expect(probe).toMatchObject({ faceset: 'faceset_001', verdict: 'few-years' });
    expect(probe.dated).toBeGreaterThan(0);
    expect(probe.photosRead).toBeGreaterThan(0);
    expect(probe.report).toBe(join(out, 'report.html'));
    const again = await probeEras(made.cache, faceset, { report: false });
    expect(again).toMatchObject({ photosRead: 0, dated: probe.dated });
    expect(again).not.toHaveProperty('report');
  });

  it('refuses a folder that is not a faceset', async () => {
    const out = await made.copy('probe-wrong');
    await expect(probeEras(made.cache, out)).rejects.toThrow(/is a whole output: expected the folder of one/);
  });
});
