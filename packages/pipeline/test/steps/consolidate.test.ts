import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { consolidate, undo } from '../../src/index.js';
import { listen } from '../listen.js';
import { toyCollection } from '../toy-collection.js';

let made: Awaited<ReturnType<typeof toyCollection>>;
beforeAll(async () => {
  made = await toyCollection();
});

/** At this distance any two are one person. */
const ANYONE = { threshold: 2, only: ['faceset_001', 'faceset_003'] };

describe('consolidate', () => {
  it('finds nothing to merge where everyone has one faceset', async () => {
    const { proposals, merged } = await consolidate(await made.copy('none'), { threshold: 0.4 });
    expect({ proposals, merged }).toEqual({ proposals: [], merged: null });
  });

  it('proposes a merge without models, and changes nothing', async () => {
    const out = await made.copy('proposed');
    const { proposals, merged } = await consolidate(out, { ...ANYONE, models: join(out, 'none') });
    expect(proposals).toMatchObject([{ keep: { id: 'faceset_001' }, merge: [{ id: 'faceset_003' }] }]);
    expect(merged).toBe(null);
    expect(existsSync(join(out, 'faceset_003'))).toBe(true);
  });

  it('merges where it is asked to, and undo separates the two again', async () => {
    const out = await made.copy('merged');
    const { events, onEvent } = listen();
    const { merged } = await consolidate(out, { ...made.options, ...ANYONE, apply: true, onEvent });
    expect(merged).toMatchObject([{ id: 'faceset_003', into: 'faceset_001' }]);
    expect(existsSync(join(out, 'faceset_003'))).toBe(false);
    expect(existsSync(join(out, '_merged', 'faceset_003'))).toBe(true);
    const summary = 'Merged 1 faceset';
    expect(events.at(-1)).toEqual({ type: 'end', stage: 'Merging', summary });
    expect(await undo(out)).toMatchObject({ operation: 'consolidate' });
    expect(existsSync(join(out, 'faceset_003'))).toBe(true);
  });

  it('refuses a faceset that the output does not have', async () => {
    const failing = consolidate(await made.copy('unknown'), { only: ['faceset_001', 'faceset_009'] });
    await expect(failing).rejects.toMatchObject({ name: 'OutputFolderError' });
    await expect(failing).rejects.toThrow(/has no faceset faceset_009$/);
  });
});
