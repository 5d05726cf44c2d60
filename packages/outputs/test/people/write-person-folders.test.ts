import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheView } from '@face-sets/cache-npz';
import { OutputFolderError } from '@face-sets/files';
import { readManifest } from '@face-sets/manifests';
import { CACHE_FILE, makeCache, peopleOf, tempDir, tree } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { safeDstName, writePersonFolders } from '../../src/index.js';

const BOX: [number, number, number, number] = [100, 80, 200, 200];
let root: string;
let photos: string;
let out: string;
let cache: CacheView;
const at = (name: string) => join(photos, name);
const write = (labels: number[], more: Partial<Parameters<typeof writePersonFolders>[0]> = {}) =>
  writePersonFolders({
    cache,
    cacheFile: CACHE_FILE,
    people: peopleOf(cache, labels),
    out,
    options: { threshold: 0.55 },
    ...more,
  });

beforeEach(async () => {
  root = tempDir('person-folders');
  photos = join(root, 'photos');
  out = join(root, 'out');
  cache = await makeCache([
    { path: at('a.png'), aliases: [at('copy/a.png')], faces: [{ who: 0, bbox: BOX }] },
    {
      path: at('b.png'),
      faces: [
        { who: 0, bbox: BOX },
        { who: 1, bbox: [220, 80, 320, 200] },
      ],
    },
    { path: at('c.png'), faces: [{ who: 1, bbox: BOX }] },
    { path: at('d.png'), faces: [{ who: 1, bbox: [10, 10, 110, 130] }] },
    { path: at('e.png'), faces: [{ who: 2, bbox: BOX }] },
    { path: at('empty.png'), aliases: [at('empty2.png')] },
    { path: at('broken.png'), content: Buffer.from('no picture'), error: 'not a picture' },
    { path: at('old.png'), faces: [{ who: 2, bbox: [0, 0, 90, 110] }], superseded: true },
  ]);
});
// Faces in order: a, b(0), b(1), c, d, e, old.
const LABELS = [0, 0, 1, 1, 1, 2, 2];

describe('writePersonFolders', () => {
  it('places every path of every photo with each person on it, the most frequent person first', async () => {
    const { manifest, created } = await write(LABELS);
    const names = Object.keys(tree(out)).filter((name) => name.includes('/'));
    const in_ = (folder: string, ...files: string[]) =>
      files.map((file) => `${folder}/${safeDstName(at(file))}`);
    expect(names.sort()).toEqual(
      [
        ...in_('person_001', 'b.png', 'c.png', 'd.png'),
        ...in_('person_002', 'a.png', 'b.png', 'copy/a.png'),
        ...in_('_singletons', 'e.png'),
        ...in_('_noface', 'empty.png', 'empty2.png'),
      ].sort(),
    );
    expect(created).toBe(names.length);
    expect(manifest.summary).toEqual({
      people: 2,
      faces: 5,
      singletons: 1,
      noface_images: 1,
      error_images: 1,
      files: names.length,
      file_errors: 0,
    });
    expect(manifest.image_errors).toEqual([
      { source: at('broken.png'), aliases: [], error: 'not a picture' },
    ]);
    expect(manifest.people[1].faces[0]).toMatchObject({
      row: 0,
      source: at('a.png'),
      aliases: [at('copy/a.png')],
      bbox: BOX,
    });
    expect(await readManifest(join(out, 'manifest.json'), 'cluster')).toEqual(manifest);
  });

  it('changes nothing when it is run again', async () => {
    await write(LABELS);
    const before = tree(out);
    const time = statSync(join(out, 'person_001')).mtimeMs;
    const again = await write(LABELS);
    expect(again).toMatchObject({ created: 0, unchanged: 9, removed: 0 });
    expect(tree(out)).toEqual(before);
    expect(statSync(join(out, 'person_001')).mtimeMs).toBe(time);
  });

  it('updates an earlier output: removes its own files only, and the folders that are empty then', async () => {
    await write(LABELS);
    const foreign = join(out, 'person_002', 'notes.txt');
    writeFileSync(foreign, 'mine');
    const { removed } = await write([0, 0, 0, 0, 0, 0, -1]);
    expect(removed).toBe(4);
    expect(readFileSync(foreign, 'utf8')).toBe('mine');
    expect(existsSync(join(out, '_singletons'))).toBe(false);
    expect(Object.keys(tree(join(out, 'person_002')))).toEqual(['notes.txt']);
    expect(Object.keys(tree(join(out, 'person_001')))).toHaveLength(6);
  });

  it('never touches the photos', async () => {
    const before = tree(photos);
    await write(LABELS);
    await write([0, 1, 2, 3, 4, 5, 6], { link: 'sym' });
    await write(LABELS, { link: 'hard' });
    await write([-1, -1, -1, -1, -1, -1, -1]);
    expect(tree(photos)).toEqual(before);
  });

  it('changes the way files are linked when asked to', async () => {
    await write(LABELS);
    await write(LABELS, { link: 'sym' });
    const links = Object.entries(tree(out)).filter(([name]) => name.includes('/'));
    expect(links.every(([, content]) => content.startsWith('-> '))).toBe(true);
    await write(LABELS);
    expect(Object.values(tree(out)).some((content) => content.startsWith('-> '))).toBe(false);
  });

  it('refuses a folder with something else in it, in one line, and leaves it as it was', async () => {
    mkdirSync(out);
    writeFileSync(join(out, 'holiday.jpg'), 'x');
    await expect(write(LABELS)).rejects.toThrow(OutputFolderError);
    await expect(write(LABELS)).rejects.toThrow(
      /is not empty and holds no manifest\.json of an earlier run \(found holiday\.jpg\)/,
    );
    expect(Object.keys(tree(out))).toEqual(['holiday.jpg']);
  });

  it('refuses the output of another step, a broken manifest and a file', async () => {
    mkdirSync(out);
    writeFileSync(join(out, 'manifest.json'), '{"kind": "export-swap"}');
    await expect(write(LABELS)).rejects.toThrow(/kind: expected "cluster", found "export-swap"/);
    writeFileSync(join(out, 'manifest.json'), '{');
    await expect(write(LABELS)).rejects.toThrow(/not JSON/);
    await expect(write(LABELS, { out: at('a.png') })).rejects.toThrow(/is a file, expected a folder/);
  });

  it('uses a folder that holds only what systems put there', async () => {
    mkdirSync(out);
    writeFileSync(join(out, '.DS_Store'), 'x');
    await expect(write(LABELS)).resolves.toMatchObject({ created: 9 });
  });

  it('records photos that are gone or changed and places the others', async () => {
    rmSync(at('c.png'));
    writeFileSync(at('d.png'), 'changed');
    const { manifest } = await write(LABELS);
    expect(manifest.file_errors.map(({ source, reason }) => [source, reason])).toEqual([
      [at('c.png'), 'source-missing'],
      [at('d.png'), 'source-changed'],
    ]);
    expect(manifest.people[0].faces.map((face) => face.files.length)).toEqual([1, 0, 0]);
    expect(manifest.summary.file_errors).toBe(2);
  });

  it('keeps what it had placed when the photos are away for a while', async () => {
    await write(LABELS);
    rmSync(photos, { recursive: true });
    const { manifest, removed } = await write(LABELS);
    expect(removed).toBe(0);
    expect(manifest.summary).toMatchObject({ files: 9, file_errors: 9 });
    expect(Object.keys(tree(out))).toHaveLength(10);
  });

  it('takes up a run that was killed before its manifest', async () => {
    await write(LABELS);
    const whole = tree(out);
    // A killed run leaves its note, some of the files and half-written ones.
    const files = Object.keys(whole).filter((name) => name.includes('/'));
    writeFileSync(
      join(out, '.face-sets-files.json'),
      JSON.stringify({ kind: 'cluster', files: [...files, 'person_009/x.png'] }),
    );
    rmSync(join(out, 'manifest.json'));
    rmSync(join(out, files[0]));
    mkdirSync(join(out, 'person_009'));
    writeFileSync(join(out, 'person_009', 'x.png'), 'stale');
    writeFileSync(join(out, 'person_001', '.face-sets-tmp-0123'), 'half');
    await write(LABELS);
    expect(tree(out)).toEqual(whole);
  });

  it('does not follow a manifest or a link out of the folder', async () => {
    const outside = join(root, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'x.png'), 'precious');
    await write(LABELS);
    symlinkSync(outside, join(out, 'person_007'));
    writeFileSync(
      join(out, '.face-sets-files.json'),
      JSON.stringify({ kind: 'cluster', files: ['../outside/x.png', 'person_007/x.png', '/etc/hosts'] }),
    );
    await write(LABELS);
    expect(readFileSync(join(outside, 'x.png'), 'utf8')).toBe('precious');
  });

  it('says which array is missing', async () => {
    await expect(write(LABELS, { cache: { ...cache, bbox: undefined } })).rejects.toThrow(
      /bbox was not read/,
    );
  });
});
