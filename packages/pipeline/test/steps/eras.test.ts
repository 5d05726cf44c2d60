import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { extendEras, splitEras } from '../../src/index.js';
import { listen } from '../listen.js';
import { toyCollection } from '../toy-collection.js';

let made: Awaited<ReturnType<typeof toyCollection>>;
beforeAll(async () => {
  made = await toyCollection();
});

const ERAS = { minAnchor: 2, minEraFaces: 1 };

describe('splitEras', () => {
  it('makes a faceset for each era beside the original, and nothing new the second time', async () => {
    const out = await made.copy('split');
    const faceset = join(out, 'faceset_002');
    const { events, onEvent } = listen();
    const first = await splitEras(made.cache, faceset, { ...made.options, ...ERAS, onEvent });
    expect(first).toMatchObject({ faceset: 'faceset_002', out, unchanged: [], photosRead: 0 });
    const ids = first.eras.map(({ id }) => id);
    expect(ids[0]).toBe('faceset_002_era_01');
    expect(first.written).toEqual(ids);
    for (const { folder } of first.eras) expect(existsSync(join(out, folder!))).toBe(true);
    expect(existsSync(faceset)).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: 'end', stage: 'Exporting' });
    const again = await splitEras(made.cache, faceset, { ...made.options, ...ERAS });
    expect(again).toMatchObject({ written: [], unchanged: ids });
  });
});

describe('extendEras', () => {
  it('adds nothing without new photos, and refuses a faceset without eras', async () => {
    const out = await made.copy('extend');
    const faceset = join(out, 'faceset_002');
    const failing = extendEras(made.cache, faceset, made.options);
    await expect(failing).rejects.toThrow(/faceset_002 of .* has no eras yet/);
    const { eras } = await splitEras(made.cache, faceset, { ...made.options, ...ERAS });
    const extended = await extendEras(made.cache, faceset, made.options);
    expect(extended).toMatchObject({ added: 0, written: [] });
    expect(extended.eras.map(({ id, faces }) => [id, faces])).toEqual(
      eras.map(({ id, faces }) => [id, faces]),
    );
  });
});
