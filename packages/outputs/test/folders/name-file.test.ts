import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { validateFsz } from '@face-sets/fsz-export';
import { writeReport } from '@face-sets/review';
import { CACHE_FILE, fullTree, sharedPath, tempDir, tree } from '@face-sets/testing';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  cleanFacesets,
  consolidateFacesets,
  type ExportSwapInput,
  readCollection,
  undoLastChange,
} from '../../src/index.js';
import { type SmallCollection, smallCollection } from '../small-collection.js';

let people: SmallCollection;
let made: string;
let out: string;
const at = (...parts: string[]) => join(out, ...parts);
const A = () => ({ id: 'faceset_001', rows: people.rowsOf[0] });
const B = () => ({ id: 'faceset_002', rows: people.rowsOf[1] });
const run = (facesets = [A(), B()], more: Partial<ExportSwapInput> = {}) =>
  people.export(facesets, { out, ...more });
const nameOf = async (i: number) => (await readCollection(out)).facesets[i].name;
const files = (id: string) => readdirSync(at(id)).filter((name) => name !== 'faces');
const say = (name: string | Uint8Array, id = 'faceset_001') => writeFileSync(at(id, 'NAME.txt'), name);

beforeAll(async () => {
  made = tempDir('names');
  people = await smallCollection(made, [5, 4]);
  await people.export([A(), B()]);
});

beforeEach(() => {
  out = join(tempDir('names'), 'swap');
  cpSync(join(made, 'swap'), out, { recursive: true, preserveTimestamps: true });
});

/** As UTF-16 of either order of bytes, without a mark. */
const utf16 = (text: string, order: 'le' | 'be' = 'le'): Buffer => {
  const bytes = Buffer.from(text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
};

const TEXTS: [string, Uint8Array, string | null][] = [
  ['UTF-8', Buffer.from('José\n'), 'José'],
  ['UTF-8 with a byte order mark', Buffer.from('\ufeffJosé\r\n'), 'José'],
  ['UTF-16 LE with a byte order mark', utf16('\ufeffJosé\r\n'), 'José'],
  ['UTF-16 BE with a byte order mark', utf16('\ufeffJosé\r\n', 'be'), 'José'],
  ['UTF-16 LE without one', utf16('José'), 'José'],
  ['UTF-16 BE without one', utf16('José', 'be'), 'José'],
  ['UTF-16 LE without one, of no Latin letter', utf16('张三\r\n'), '张三'],
  ['UTF-16 BE without one, of no Latin letter', utf16('张三\n', 'be'), '张三'],
  ['Latin-1', Buffer.from('José\r\n', 'latin1'), 'José'],
  ['Windows-1252', Buffer.from([0x53, 0x8a, 0x80, 0x0a]), 'SŠ€'],
  ['old Mac line breaks', Buffer.from('\r\rAnn\rmore'), 'Ann'],
  ['empty lines before', Buffer.from('\n \t\n\u200b\n  Ann Other \nnotes\n'), 'Ann Other'],
  ['decomposed accents', Buffer.from('Jose\u0301'), 'José'],
  ['emoji', Buffer.from('👩‍👧 Mum'), '👩‍👧 Mum'],
  ['a NUL', Buffer.from('An\0n'), 'An\0n'],
  ['control characters and turned text', Buffer.from('\x1b[2JA\u202enn'), '\x1b[2JA\u202enn'],
  ['a name of a megabyte', Buffer.from('ä'.repeat(1 << 19)), `${'ä'.repeat(200)}…`],
  ['nothing', Buffer.from(''), null],
  ['spaces', Buffer.from(' \r\n\t\r\n'), null],
  ['a byte order mark', Buffer.from('\ufeff'), null],
  ['the id with another line break', Buffer.from('faceset_001\r\n'), null],
  ['the id of another faceset', Buffer.from('faceset_007'), null],
];

describe('NAME.txt', () => {
  it.each(TEXTS)('is read as %s, and no step changes a byte of it', async (_, bytes, name) => {
    say(bytes);
    const kept = (id = 'faceset_001') => readFileSync(at(id, 'NAME.txt')).equals(bytes);
    expect(await nameOf(0)).toBe(name ?? 'faceset_001');
    const { manifest } = await run();
    expect([kept(), manifest.facesets[0].name]).toEqual([true, name ?? undefined]);
    // Made anew, of other faces, then numbered anew, as a second one, and back.
    expect((await run([A(), B()], { options: { padRatio: 0.4 } })).written).toHaveLength(2);
    expect(kept()).toBe(true);
    await run([
      { ...B(), id: 'faceset_001' },
      { ...A(), id: 'faceset_002' },
    ]);
    expect(kept('faceset_002')).toBe(true);
    expect(await nameOf(1)).toBe(name ?? 'faceset_002');
    expect(readFileSync(at('faceset_001', 'NAME.txt'), 'utf8')).toBe('faceset_001\n');
    // Without a faceset for a while.
    await run([{ ...B(), id: 'faceset_001' }]);
    expect(existsSync(at('faceset_002'))).toBe(false);
    await run();
    expect(kept()).toBe(true);
    await writeReport(out);
    expect(kept()).toBe(true);
  });

  it.skipIf(!sharedPath('cases', 'NAME_utf16.txt'))('is read as Windows’ editor writes it', async () => {
    const bytes = readFileSync(sharedPath('cases', 'NAME_utf16.txt')!);
    say(bytes);
    const { manifest } = await run();
    expect(manifest.facesets[0].name).toBe('José');
    expect(files('faceset_001').sort()).toEqual([
      'José_all.fsz',
      'José_top2.fsz',
      'NAME.txt',
      'manifest.json',
    ]);
    await run([A(), B()], { options: { padRatio: 0.4 } });
    expect(readFileSync(at('faceset_001', 'NAME.txt')).equals(bytes)).toBe(true);
  });

  it('stays as it is, byte for byte, in what consolidate and clean make and undo takes back', async () => {
    const bytes = utf16('\ufeffJosé\r\n');
    say(bytes);
    await run();
    const before = fullTree(out);
    const input = { out, cache: people.cache, cacheFile: CACHE_FILE, finder: people.finder };
    await consolidateFacesets({ ...input, threshold: 2, only: ['faceset_001', 'faceset_002'] });
    expect(readdirSync(at('_merged'))).toEqual(['faceset_002']);
    expect(readFileSync(at('faceset_001', 'NAME.txt')).equals(bytes)).toBe(true);
    expect(files('faceset_001')).toContain('José_all.fsz');
    await undoLastChange(out);
    expect(fullTree(out)).toEqual(before);
    await cleanFacesets({ ...input, similarity: 0.9, audit: false, apply: true });
    const [{ folder }] = (await readCollection(out)).facesets;
    expect(folder).toBe('_thin/faceset_001');
    expect(readFileSync(at(folder, 'NAME.txt')).equals(bytes)).toBe(true);
    await undoLastChange(out);
    expect(fullTree(out)).toEqual(before);
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(path), () => {}],
    [
      'a folder with a file',
      (path: string) => {
        mkdirSync(path);
        writeFileSync(join(path, 'a.txt'), 'mine');
      },
      (path: string) => expect(readFileSync(join(path, 'a.txt'), 'utf8')).toBe('mine'),
    ],
    [
      'a pipe',
      (path: string) => execFileSync('mkfifo', [path]),
      (path: string) => expect(lstatSync(path).isFIFO()).toBe(true),
    ],
    [
      'a link that leads nowhere',
      (path: string) => symlinkSync('../nowhere', path),
      (path: string) => expect(readlinkSync(path)).toBe('../nowhere'),
    ],
    [
      'a link to a text, since that may be any file of the user',
      (path: string) => symlinkSync('../manifest.json', path),
      (path: string) => expect(readlinkSync(path)).toBe('../manifest.json'),
    ],
    [
      'a link to a device',
      (path: string) => symlinkSync('/dev/zero', path),
      (path: string) => expect(readlinkSync(path)).toBe('/dev/zero'),
    ],
    [
      'a file that is too large to be a name',
      (path: string) => writeFileSync(path, Buffer.alloc(3 << 20, 'a')),
      (path: string) => expect(lstatSync(path).size).toBe(3 << 20),
    ],
  ])('may be %s: the faceset is called by its id, and it stays', async (_, put, check) => {
    if (process.platform === 'win32') return;
    const path = at('faceset_001', 'NAME.txt');
    rmSync(path);
    put(path);
    expect(await nameOf(0)).toBe('faceset_001');
    expect((await run()).written).toEqual([]);
    check(path);
    expect((await run([A(), B()], { options: { padRatio: 0.4 } })).written).toHaveLength(2);
    check(path);
    expect(readdirSync(at('faceset_001')).filter((name) => name.startsWith('NAME'))).toEqual(['NAME.txt']);
    await run([B()]);
    check(path);
    expect(readdirSync(at('faceset_001'))).toEqual(['NAME.txt']);
  });

  it('may be written while the faceset is made anew', async () => {
    let written = false;
    await run([A(), B()], {
      options: { padRatio: 0.4 },
      onProgress: ({ faces }) => {
        if (faces !== 3 || written) return;
        written = true;
        say('Ann\n');
      },
    });
    expect(written).toBe(true);
    expect(readFileSync(at('faceset_001', 'NAME.txt'), 'utf8')).toBe('Ann\n');
  });
});

describe('the names of the bundles', () => {
  it.each([
    ['Anna', 'Anna'],
    ['Anna Karlsson', 'Anna Karlsson'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['C:\\Users', 'C__Users'],
    ['CON', 'CON_'],
    ['nul.txt', 'nul_.txt'],
    ['com¹', 'com¹_'],
    ['name', 'name_'],
    ['.hidden...', 'hidden'],
    ['-rf', '_rf'],
    ['a\u202egpj.exe', 'a_gpj.exe'],
    ['A\0B\x1b', 'A_B_'],
    ['Jose\u0301', 'José'],
    ['🎉', '🎉'],
    ['???', 'faceset_001'],
    ['...', 'faceset_001'],
    ['ä'.repeat(300), 'ä'.repeat(60)],
    // Characters of several parts are not cut in two.
    ['👩‍👧'.repeat(40), '👩‍👧'.repeat(10)],
  ])('are made of %j so that every system takes them', async (name, stem) => {
    say(name);
    await run();
    expect(files('faceset_001').sort()).toEqual(
      ['NAME.txt', 'manifest.json', `${stem}_all.fsz`, `${stem}_top2.fsz`].sort(),
    );
    for (const file of files('faceset_001')) expect(Buffer.byteLength(file)).toBeLessThanOrEqual(200);
    expect(await validateFsz(at('faceset_001', `${stem}_all.fsz`), 64)).toBe(5);
  });

  it('change with the name, while no crop is made anew, to what an export under that name makes', async () => {
    const before = fullTree(at('faceset_001'));
    say('Anna\n');
    const decoded: string[] = [];
    const finder = {
      ...people.finder,
      decode: (...of: Parameters<typeof people.finder.decode>) => {
        decoded.push(of[0]);
        return people.finder.decode(...of);
      },
    };
    const done = await run([A(), B()], { finder });
    expect(done).toMatchObject({
      written: [],
      unchanged: ['faceset_001', 'faceset_002'],
      renamed: ['faceset_001'],
    });
    expect(decoded).toEqual([]);
    const after = fullTree(at('faceset_001'));
    expect(Object.keys(after).sort()).toEqual(
      [...Object.keys(before).map((name) => name.replace('faceset_001', 'Anna'))].sort(),
    );
    for (const path of Object.keys(before).filter((path) => path.startsWith('faces/'))) {
      expect(after[path]).toBe(before[path]);
    }
    expect(done.manifest.facesets[0]).toMatchObject({ name: 'Anna', bundles: [{}, {}] });
    expect(done.manifest.facesets[0].bundles.map(({ file }) => file)).toEqual([
      'Anna_top2.fsz',
      'Anna_all.fsz',
    ]);

    // An export that makes the crops, with the name from the beginning.
    const renamed = tree(out);
    rmSync(at('faceset_001', 'faces', '0000.png'));
    expect((await run()).written).toEqual(['faceset_001']);
    expect(tree(out)).toEqual(renamed);

    const now = fullTree(out);
    expect(await run()).toMatchObject({ written: [], renamed: [], removed: [] });
    expect(fullTree(out)).toEqual(now);

    say('faceset_001\n');
    expect((await run()).renamed).toEqual(['faceset_001']);
    expect(tree(out)).toEqual(tree(join(made, 'swap')));
  });

  it('follow the name that the owner gave to the folder', async () => {
    renameSync(at('faceset_002'), at('Bob'));
    const { manifest, renamed } = await run();
    expect(renamed).toEqual(['faceset_002']);
    expect(manifest.facesets[1]).toMatchObject({ folder: 'Bob', name: 'Bob' });
    expect(files('Bob').sort()).toEqual(['Bob_all.fsz', 'Bob_top2.fsz', 'NAME.txt', 'manifest.json']);
    say('Robert\n', 'Bob');
    await run();
    expect(files('Bob')).toContain('Robert_all.fsz');
  });

  it('leave a file of the owner alone that has such a name, or lies beside them', async () => {
    writeFileSync(at('faceset_001', 'Anna_all.fsz'), 'mine');
    writeFileSync(at('faceset_001', 'faceset_001_old.fsz'), 'mine too');
    writeFileSync(at('faceset_001', 'Anna_all.fsz.old'), 'older');
    say('Anna\n');
    await run();
    const text = (name: string) => readFileSync(at('faceset_001', name), 'utf8');
    expect(text('Anna_all.fsz.old2')).toBe('mine');
    expect(text('Anna_all.fsz.old')).toBe('older');
    expect(text('faceset_001_old.fsz')).toBe('mine too');
    expect(await validateFsz(at('faceset_001', 'Anna_all.fsz'), 64)).toBe(5);
    expect(files('faceset_001')).not.toContain('faceset_001_all.fsz');
  });

  it('are right after a kill at any moment of the renaming', async () => {
    say('Anna\n');
    cpSync(out, `${out}-done`, { recursive: true, preserveTimestamps: true });
    await run([A(), B()], { out: `${out}-done` });
    const done = tree(`${out}-done`);
    // The new folder is built; the old one has stepped aside; the new one is in its place.
    cpSync(at('faceset_001'), at('.face-sets-tmp-0123456789ab'), { recursive: true });
    await run();
    expect(tree(out)).toEqual(done);
    renameSync(at('faceset_001'), at('.face-sets-tmp-old-faceset_001'));
    await run();
    expect(tree(out)).toEqual(done);
    cpSync(join(made, 'swap', 'faceset_001'), at('.face-sets-tmp-old-faceset_001'), { recursive: true });
    writeFileSync(at('.face-sets-tmp-old-faceset_001', 'NAME.txt'), 'Anna\n');
    await run();
    expect(tree(out)).toEqual(done);
  });

  it('are those of an era only where it has a name of its own', async () => {
    const era = {
      id: 'faceset_001_era_01',
      era_of: 'faceset_001',
      years: [2001, 2004] as [number, number],
      label: 'Anna',
      rows: people.rowsOf[0].slice(0, 3),
    };
    await run([{ ...A(), label: 'Anna' } as ReturnType<typeof A>, era], { merge: true });
    expect(files('faceset_001')).toContain('Anna_all.fsz');
    expect(files('faceset_001_era_01')).toContain('faceset_001_era_01_all.fsz');
    say('Anna at school', 'faceset_001_era_01');
    await run([era], { merge: true });
    expect(files('faceset_001_era_01')).toContain('Anna at school_all.fsz');
  });
});
