import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { clean, undo } from '../../src/index.js';
import { listen } from '../listen.js';
import { toyCollection } from '../toy-collection.js';

let made: Awaited<ReturnType<typeof toyCollection>>;
beforeAll(async () => {
  made = await toyCollection();
});

/** Crops of the first faceset, which is thin when many were removed. */
const crops = (out: string) =>
  ['', '_thin']
    .map((folder) => join(out, folder, 'faceset_001', 'faces'))
    .flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []))
    .filter((name) => name.endsWith('.png'));

describe('clean', () => {
  it('finds nothing in a new export, and looks at every crop', async () => {
    const out = await made.copy('nothing');
    const { events, onEvent } = listen();
    const result = await clean(out, { ...made.options, similarity: 1, onEvent });
    expect(result).toMatchObject({ out, findings: [], skipped: [], applied: false, exported: null });
    expect(result.audited).toBeGreaterThanOrEqual(crops(out).length);
    expect(events.at(-1)).toEqual({ type: 'end', stage: 'Cleaning', summary: 'Found 0 faces to remove' });
    expect((await clean(out, { ...made.options, audit: false })).audited).toBe(0);
  });

  it('removes similar faces with apply only, and undo brings them back', async () => {
    const out = await made.copy('similar');
    const before = crops(out);
    const options = { ...made.options, similarity: 0.5, audit: false };
    const { findings } = await clean(out, options);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings[0]).toMatchObject({ id: 'faceset_001', reason: { code: 'near-duplicate' } });
    expect(crops(out)).toEqual(before);
    const applied = await clean(out, { ...options, apply: true });
    expect(applied).toMatchObject({ applied: true, findings });
    expect(crops(out).length).toBeLessThan(before.length);
    expect(await undo(out)).toMatchObject({ operation: 'clean' });
    expect(crops(out)).toEqual(before);
  });

  it('refuses a folder that is not an export', async () => {
    await expect(clean(join(await made.copy('wrong'), 'faceset_001', 'faces'))).rejects.toMatchObject({
      code: 'ERR_MANIFEST',
    });
  });
});
