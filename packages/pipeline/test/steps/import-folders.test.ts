import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { tempDir, toyLibrary } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { embed, InvalidOptionsError, importFolders } from '../../src/index.js';
import { listen } from '../listen.js';
import { toyExport } from '../toy-collection.js';

const root = tempDir('pipeline-import');
const cache = join(root, 'faces.npz');
const [people, groups] = [join(root, 'people'), join(root, 'groups')];
let options: Awaited<ReturnType<typeof toyExport>> & { minShort: number };

beforeAll(async () => {
  const { dir, photos } = await toyLibrary('small');
  for (const { path, kind, faces } of photos) {
    if (kind !== 'drawn' || faces.length === 0) continue;
    const folder = faces.length === 1 ? join(people, faces[0]!.person) : groups;
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(dir, path), join(folder, basename(path)));
  }
  options = { ...(await toyExport()), minShort: 0 };
  await embed([root], cache, options);
});

describe('importFolders', () => {
  it('makes a faceset of each folder, with faces from mixed ones, and nothing new the second time', async () => {
    const out = join(root, 'swap');
    const folders = { trustedParent: [people], mixed: [groups] };
    const { events, onEvent } = listen();
    const first = await importFolders(cache, out, { ...options, ...folders, onEvent });
    expect(first.people.map(({ label, id }) => [label, id])).toEqual([
      ['Ada', 'faceset_001'],
      ['Bruno', 'faceset_002'],
      ['Cleo', 'faceset_003'],
    ]);
    expect(first.people.some(({ mixed }) => mixed > 0)).toBe(true);
    expect(first).toMatchObject({ dry_run: false, problems: [], unchanged: [] });
    expect(existsSync(join(out, 'faceset_001', 'Ada_all.fsz'))).toBe(true);
    expect(events.at(-1)).toEqual({ type: 'end', stage: 'Importing', summary: 'Imported 3 people' });
    const again = await importFolders(cache, out, { ...options, ...folders });
    expect(again).toMatchObject({ written: [], unchanged: first.written });
  });

  it('says in a dry run who would be imported, without models, and writes nothing', async () => {
    const out = join(root, 'dry');
    const given = { ...options, models: join(root, 'none'), dryRun: true };
    const result = await importFolders(cache, out, { ...given, trusted: [join(people, 'Ada')] });
    expect(result).toMatchObject({ dry_run: true, people: [{ label: 'Ada' }], refine_manifest: null });
    expect(existsSync(out)).toBe(false);
  });

  it('refuses to work without folders, and with one that was not embedded', async () => {
    const out = join(root, 'refused');
    await expect(importFolders(cache, out, options)).rejects.toThrow(InvalidOptionsError);
    const elsewhere = join(root, 'elsewhere');
    mkdirSync(elsewhere);
    const failing = importFolders(cache, out, { ...options, trusted: [elsewhere] });
    await expect(failing).rejects.toThrow(`the cache has no photo in ${elsewhere}`);
    expect(existsSync(out)).toBe(false);
  });
});
