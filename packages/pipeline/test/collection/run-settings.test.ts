import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir, toyLibrary } from '@face-sets/testing';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InvalidOptionsError, listPeople, NeedsConsentError, run, runLayout } from '../../src/index.js';
import { listen } from '../listen.js';
import { toyExport } from '../toy-collection.js';

const root = tempDir('run-settings');
const photos = join(root, 'photos');
const made = join(root, 'made');
let out: string;
let count = 0;

/** A run with limits and formats of its own, of which each test has a copy. */
beforeAll(async () => {
  await cp((await toyLibrary('small')).dir, photos, { recursive: true });
  await run([photos], { ...(await toyExport()), out: made, minFaces: 3, report: false, dates: false });
});

beforeEach(async () => {
  out = join(root, `out-${++count}`);
  await cp(made, out, { recursive: true, preserveTimestamps: true });
});

const again = (more: object = {}) => run([], { out, report: false, dates: false, ...more });
const swap = (...parts: string[]) => join(runLayout(out).swapReady, ...parts);
const facesetsOf = () => readdirSync(swap()).filter((name) => name.startsWith('faceset_'));

describe('A run without folders and options', () => {
  it('goes on with those of before, and says so', async () => {
    const { texts, onEvent } = listen();
    const result = await again({ onEvent });
    expect(result).toMatchObject({ embed: { embedded: 0 }, cluster: { upToDate: true } });
    expect(result.refine).toMatchObject({ upToDate: true, summary: { facesets: 3 } });
    expect(result.exportSwap!.written).toEqual([]);
    expect(texts('notice')).toEqual(
      expect.arrayContaining([
        `Photo folders as before: ${photos}`,
        expect.stringMatching(/^As set before: outSize 64, models /),
      ]),
    );
  });

  it('is refused where there was no run before', async () => {
    await expect(run([], { out: join(root, 'none') })).rejects.toThrow(InvalidOptionsError);
  });
});

describe('A run with a limit that leaves facesets out', () => {
  it('says which, and needs consent, since they are exported', async () => {
    const { texts, onEvent } = listen();
    const failing = again({ minFaces: 50, onEvent });
    await expect(failing).rejects.toThrow(NeedsConsentError);
    await expect(failing).rejects.toThrow(
      'minFaces 3 → 50: 3 facesets would go, of these 3 exported; to let them go, repeat with yes',
    );
    expect(facesetsOf()).toHaveLength(3);
    // What was refused is not remembered.
    expect(await again()).toMatchObject({ refine: { summary: { facesets: 3 } } });
    await again({ minFaces: 50, yes: true, onEvent });
    expect(facesetsOf()).toHaveLength(0);
    expect(texts('notice')).toContain('minFaces 3 → 50: 3 facesets go, of these 3 exported');
  });
});

describe('What is changed by hand in an export', () => {
  it('lasts where crops were deleted, and the faceset keeps its number', async () => {
    const crops = () => readdirSync(swap('faceset_001', 'faces')).filter((name) => name.endsWith('.png'));
    const before = crops().length;
    rmSync(swap('faceset_001', 'faces', '0000.png'));
    const { texts, onEvent } = listen();
    await again({ onEvent });
    expect(texts('notice')).toContain('Read from your folders: 1 crop dropped from person 1');
    expect(crops()).toHaveLength(before - 1);
    await again({ recluster: true });
    expect(crops()).toHaveLength(before - 1);
  });

  it('is a name for the person in every output', async () => {
    writeFileSync(swap('faceset_002', 'NAME.txt'), 'Ben\n');
    await again();
    const raw = JSON.parse(readFileSync(join(runLayout(out).raw, 'manifest.json'), 'utf8'));
    expect(raw.people[1]).toMatchObject({ id: 'person_002', label: 'Ben' });
    expect(readdirSync(swap('faceset_002'))).toContain('Ben_all.fsz');
    const { people } = await listPeople(runLayout(out).cache);
    expect(people.map(({ name }) => name)).toEqual([null, 'Ben', null]);
  });

  it('puts someone aside whose faceset was deleted, if that is meant', async () => {
    rmSync(swap('faceset_003'), { recursive: true });
    await expect(again()).rejects.toThrow(/missing in the output folders: faceset_003 \(all\)/);
    await again({ acceptEdits: true });
    expect(facesetsOf()).toEqual(['faceset_001', 'faceset_002']);
    expect(readdirSync(runLayout(out).raw)).not.toContain('person_003');
    expect(await again()).toMatchObject({ refine: { summary: { facesets: 2 } } });
  });

  it('is restored on request', async () => {
    rmSync(swap('faceset_003'), { recursive: true });
    rmSync(swap('faceset_001', 'faces', '0000.png'));
    await again({ discardEdits: true });
    expect(facesetsOf()).toHaveLength(3);
    expect(readdirSync(swap('faceset_001', 'faces'))).toContain('0000.png');
  });
});
