import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { OutputFolderError } from '@face-sets/files';
import { labelFileName } from '@face-sets/fsz-export';
import { checkManifest, readManifest } from '@face-sets/manifests';
import { writeReport } from '@face-sets/review';
import { fullTree, tempDir } from '@face-sets/testing';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newFacesetId, readCollection } from '../../src/index.js';
import { type SmallCollection, smallCollection } from '../small-collection.js';

let people: SmallCollection;
let root: string;
let out: string;
const at = (...parts: string[]) => join(out, ...parts);
const top = () => readManifest(at('manifest.json'), 'export-swap');
const text = (...parts: string[]) => readFileSync(at(...parts), 'utf8');
/** What is below some folders of the output. */
const inside = (...folders: string[]) => folders.map((folder) => fullTree(at(folder)));

const A = { id: 'faceset_001' };
const B = { id: 'faceset_002' };
/** Facesets of persons 0 and 1, made once and copied for each test. */
let made: string;

beforeAll(async () => {
  made = tempDir('merge-export');
  const first = await smallCollection(made, [6, 4, 4, 4]);
  await first.export([
    { ...A, rows: first.rowsOf[0] },
    { ...B, rows: first.rowsOf[1] },
  ]);
  people = first;
});

beforeEach(() => {
  root = tempDir('merge-export');
  out = join(root, 'swap');
  cpSync(join(made, 'swap'), out, { recursive: true, preserveTimestamps: true });
});

const run: SmallCollection['export'] = (facesets, more) => people.export(facesets, { out, ...more });
const faces = (who: number) => people.rowsOf[who];
const both = () => [
  { ...A, rows: faces(0) },
  { ...B, rows: faces(1) },
];

describe('a merge', () => {
  it('leaves every other faceset as it is, byte for byte, with modes and times', async () => {
    const before = inside('faceset_001', 'faceset_002');
    const id = newFacesetId(await top());
    expect(id).toBe('faceset_003');
    const { manifest } = await run([{ id, rows: faces(2) }], { merge: true });
    expect(inside('faceset_001', 'faceset_002')).toEqual(before);
    expect(manifest.facesets.map((entry) => [entry.id, entry.added])).toEqual([
      ['faceset_001', undefined],
      ['faceset_002', undefined],
      ['faceset_003', true],
    ]);
  });

  it('makes a faceset anew that it lists, and lists those again of which no face was left', async () => {
    const before = inside('faceset_002');
    const small = { minFaceShort: 1000 };
    await run([{ id: 'faceset_003', rows: faces(2) }], { merge: true, options: small });
    await run([{ ...A, rows: faces(0).slice(1) }], { merge: true });
    expect((await top()).empty.map(({ id }) => id)).toEqual(['faceset_003']);
    expect(readdirSync(at('faceset_001', 'faces'))).toHaveLength(5);
    expect(inside('faceset_002')).toEqual(before);
  });

  it('uses no number again: not that of a faceset that is gone, and not that of someone else', async () => {
    await run([{ id: 'faceset_003', rows: faces(2) }], { merge: true });
    await run([
      { ...A, rows: faces(0) },
      { ...B, rows: faces(1) },
    ]);
    const { manifest } = await run([{ ...A, rows: faces(0) }]);
    expect(manifest.facesets.map(({ id }) => id)).toEqual(['faceset_001', 'faceset_003']);
    expect(manifest.highest_number).toBe(3);
    const before = fullTree(out);
    await expect(run([{ ...B, rows: faces(3) }], { merge: true })).rejects.toThrow(
      'faceset_002 is no longer in the output, and its number is not used again: number new facesets from faceset_004 on',
    );
    await expect(run([{ ...A, rows: faces(3) }], { merge: true })).rejects.toThrow(
      /^faceset_001 of the output has no photo in common with .* number new facesets from faceset_004 on$/,
    );
    expect(fullTree(out)).toEqual(before);
  });

  it('derives the highest number of an output that does not say it', async () => {
    const { highest_number: _, ...old } = await top();
    writeFileSync(
      at('manifest.json'),
      JSON.stringify({ ...old, empty: [{ id: 'faceset_007', rejected: [] }] }),
    );
    expect(newFacesetId(await top())).toBe('faceset_008');
    expect(newFacesetId(await top(), 3)).toBe('faceset_010');
    expect(newFacesetId(undefined)).toBe('faceset_001');
  });

  it('keeps what it added when the first facesets are exported again, until a refine manifest has it', async () => {
    await run([{ id: 'faceset_003', rows: faces(2) }], { merge: true });
    const before = inside('faceset_003');
    expect((await run([{ ...A, rows: faces(0) }])).removed).toEqual(['faceset_002']);
    expect(inside('faceset_003')).toEqual(before);
    await run([...both(), { id: 'faceset_003', rows: faces(2) }]);
    expect((await run(both())).removed).toEqual(['faceset_003']);
  });

  it('keeps whom it added when refine gives the number to someone else, who gets the next one and keeps that', async () => {
    await run([{ id: 'faceset_003', rows: faces(2), label: 'Anna' }], { merge: true });
    renameSync(at('faceset_003'), at('Anna at home'));
    const before = inside('Anna at home');
    const ids = async () => (await top()).facesets.map(({ id, folder }) => [id, folder]);
    const stranger = { id: 'faceset_003', rows: faces(3).slice(0, 2) };
    expect((await run([...both(), stranger])).written).toEqual(['faceset_004']);
    const there = [
      ['faceset_001', 'faceset_001'],
      ['faceset_002', 'faceset_002'],
      ['faceset_003', 'Anna at home'],
      ['faceset_004', 'faceset_004'],
    ];
    expect(await ids()).toEqual(there);
    // Also where refine has come to the next number itself.
    const next = { id: 'faceset_004', rows: faces(3).slice(2) };
    expect((await run([...both(), stranger, next])).written).toEqual(['faceset_005']);
    expect((await run([...both(), stranger, next])).written).toEqual([]);
    expect(await ids()).toEqual([...there, ['faceset_005', 'faceset_005']]);
    // And where refine finds the same person, but knows no name.
    await run([...both(), { id: 'faceset_003', rows: faces(2) }]);
    expect(await ids()).toEqual([...there.slice(0, 3), ['faceset_006', 'faceset_006']]);
    expect(inside('Anna at home')).toEqual(before);
  });

  it('keeps the number of someone who has eras, since these are called by it, when refine numbers everyone anew', async () => {
    const era = { id: 'faceset_001_era_01', era_of: 'faceset_001', years: null, rows: faces(0).slice(0, 4) };
    await run([era], { merge: true });
    const before = fullTree(out);
    const anew = [
      { ...A, rows: faces(1) },
      { ...B, rows: faces(0) },
    ];
    expect((await run(anew)).written).toEqual([]);
    expect(fullTree(out)).toEqual(before);
  });
});

describe('labels and eras', () => {
  it('puts a label into NAME.txt, bundles and a file called by it, until the owner writes another name', async () => {
    await run([{ id: 'faceset_003', rows: faces(2), label: 'Åsa: B/W?' }], { merge: true });
    expect(readdirSync(at('faceset_003')).sort()).toEqual(
      [
        'NAME.txt',
        'faces',
        'manifest.json',
        'Åsa_ B_W_.txt',
        'Åsa_ B_W__all.fsz',
        'Åsa_ B_W__top2.fsz',
      ].sort(),
    );
    expect(text('faceset_003', 'NAME.txt')).toBe('Åsa: B/W?\n');
    expect(text('faceset_003', 'Åsa_ B_W_.txt')).toBe('Åsa: B/W?\n');
    expect((await top()).facesets[2].label).toBe('Åsa: B/W?');
    await run([{ id: 'faceset_003', rows: faces(2), label: 'Åsa' }], { merge: true });
    expect(text('faceset_003', 'NAME.txt')).toBe('Åsa\n');
    expect(readdirSync(at('faceset_003'))).not.toContain('Åsa_ B_W_.txt');
    writeFileSync(at('faceset_003', 'NAME.txt'), 'Åsa Berg\n');
    await run([{ id: 'faceset_003', rows: faces(2), label: 'Asa' }], { merge: true });
    expect(text('faceset_003', 'NAME.txt')).toBe('Åsa Berg\n');
    expect((await readCollection(out)).facesets.map(({ name }) => name)).toEqual([
      'faceset_001',
      'faceset_002',
      'Åsa Berg',
    ]);
  });

  it.each([
    ['Anna', 'Anna'],
    ['../../etc', '_.._etc'],
    ['CON', 'CON_'],
    ['name', 'name_'],
    ['...', '_'],
    ['a'.repeat(300), 'a'.repeat(120)],
  ])('makes a file name of the label %s', (label, name) => {
    expect(labelFileName(label)).toBe(name);
  });

  it('exports eras beside their faceset, thin ones apart with a THIN.txt, each with its years', async () => {
    const before = inside('faceset_001', 'faceset_002');
    const era = (n: number, rows: number[], years: [number, number] | null) => ({
      id: `faceset_001_era_0${n}`,
      era_of: 'faceset_001',
      years,
      rows,
    });
    const { manifest } = await run(
      [
        era(1, faces(0).slice(0, 3), [2005, 2009]),
        era(2, faces(0).slice(3, 5), [2012, 2012]),
        era(3, faces(0).slice(5), null),
      ],
      { merge: true },
    );
    expect(manifest.facesets.map(({ id, era_of, years }) => [id, era_of, years])).toEqual([
      ['faceset_001', undefined, undefined],
      ['faceset_001_era_01', 'faceset_001', [2005, 2009]],
      ['faceset_002', undefined, undefined],
    ]);
    expect(manifest.thin_eras?.map(({ folder, years }) => [folder, years])).toEqual([
      ['_thin/faceset_001_era_02', [2012, 2012]],
      ['_thin/faceset_001_era_03', null],
    ]);
    expect(manifest.highest_number).toBe(2);
    expect(inside('faceset_001', 'faceset_002')).toEqual(before);
    expect(text('faceset_001_era_01', 'faceset_001_era_01.txt')).toBe(
      'faceset_001_era_01 of faceset_001: 2005-2009\n',
    );
    expect(text('_thin', 'faceset_001_era_02', 'faceset_001_era_02.txt')).toMatch(/: 2012\n$/);
    expect(text('_thin', 'faceset_001_era_03', 'faceset_001_era_03.txt')).toMatch(/: years unknown\n$/);
    expect(text('_thin', 'faceset_001_era_02', 'THIN.txt')).toMatch(/^2 faces, fewer than 3/);
    expect(existsSync(at('faceset_001_era_01', 'THIN.txt'))).toBe(false);
    expect(await top()).toEqual(JSON.parse(JSON.stringify(manifest)));
    await run([era(2, faces(0).slice(3), [2012, 2020])], { merge: true });
    expect(readdirSync(at('faceset_001_era_02'))).not.toContain('THIN.txt');
    expect((await top()).thin_eras?.map(({ id }) => id)).toEqual(['faceset_001_era_03']);
    const report = await writeReport(out);
    expect(report.people).toBe(5);
  });

  it('refuses manifests with years that end before they begin, or a label of two lines', async () => {
    const entry = (await top()).facesets[0];
    const check = (traits: object) =>
      checkManifest({ ...manifest, facesets: [{ ...entry, ...traits }] }, 'export-swap', 'm');
    const manifest = await top();
    expect(() => check({ years: [2010, 2001] })).toThrow(/years: expected the first year before the last/);
    expect(() => check({ label: 'a\nb' })).toThrow(/label: expected one line/);
    expect(() => check({ folder: '../x' })).toThrow(/folder: expected a folder below/);
  });
});

describe('a faceset whose folder its owner has renamed', () => {
  it('is found by its id, and stays where it is in exports and merges', async () => {
    renameSync(at('faceset_001'), at('Anna Maria'));
    mkdirSync(at('_thin'));
    renameSync(at('faceset_002'), at('_thin', 'Böb: 2nd'));
    const before = fullTree(out);
    expect(await run(both())).toMatchObject({ written: [], unchanged: ['faceset_001', 'faceset_002'] });
    await run([{ id: 'faceset_003', rows: faces(2) }], { merge: true });
    const after = fullTree(out);
    for (const path of Object.keys(before).filter((path) => !path.endsWith('manifest.json'))) {
      const now = path
        .replace(/^Anna Maria\/faceset_001/, 'Anna Maria/Anna Maria')
        .replace(/^_thin\/Böb: 2nd\/faceset_002/, '_thin/Böb: 2nd/Böb_ 2nd');
      expect(after[now], path).toBe(before[path]);
    }
    expect((await top()).facesets.map(({ folder }) => folder)).toEqual([
      'Anna Maria',
      '_thin/Böb: 2nd',
      'faceset_003',
    ]);
    const { facesets } = await readCollection(out);
    expect(facesets.map(({ id, name }) => [id, name])).toEqual([
      ['faceset_001', 'Anna Maria'],
      ['faceset_002', 'Böb: 2nd'],
      ['faceset_003', 'faceset_003'],
    ]);
  });

  it('is shown under the new name by the report, also before the next export', async () => {
    renameSync(at('faceset_001'), at('Anna Maria'));
    await writeReport(out);
    expect(text('report.html')).toContain('Anna Maria');
  });

  it('is made anew in its place, with the files that its owner has put there', async () => {
    renameSync(at('faceset_001'), at('Anna Maria'));
    writeFileSync(at('Anna Maria', 'notes.txt'), 'mine');
    expect(await run([{ ...A, rows: faces(0).slice(1) }, both()[1]])).toMatchObject({
      written: ['faceset_001'],
      removed: [],
    });
    expect(readdirSync(out).sort()).toEqual(['Anna Maria', 'faceset_002', 'manifest.json']);
    expect(readdirSync(at('Anna Maria', 'faces'))).toHaveLength(5);
    expect(text('Anna Maria', 'notes.txt')).toBe('mine');
  });

  it('keeps its name when refine has numbered the people anew', async () => {
    renameSync(at('faceset_001'), at('Anna Maria'));
    writeFileSync(at('faceset_002', 'NAME.txt'), 'Bob\n');
    await run([
      { ...A, rows: faces(1) },
      { ...B, rows: faces(0) },
    ]);
    expect(readdirSync(out).sort()).toEqual(['Anna Maria', 'faceset_001', 'manifest.json']);
    expect(text('faceset_001', 'NAME.txt')).toBe('Bob\n');
    expect((await readCollection(out)).facesets.map(({ id, folder, name }) => [id, folder, name])).toEqual([
      ['faceset_001', 'faceset_001', 'Bob'],
      ['faceset_002', 'Anna Maria', 'Anna Maria'],
    ]);
  });

  it('has its name kept while there is no faceset of the person', async () => {
    renameSync(at('faceset_002'), at('Bob'));
    expect((await run([both()[0]])).removed).toEqual(['Bob']);
    await run(both());
    expect((await top()).facesets.map(({ folder }) => folder)).toEqual(['faceset_001', 'Bob']);
    expect(existsSync(at('.face-sets-names.json'))).toBe(false);
  });

  it('is told from a copy that its owner has made, which is left alone', async () => {
    cpSync(at('faceset_001'), at('Anna backup'), { recursive: true });
    cpSync(at('faceset_001'), at('faceset_003'), { recursive: true });
    const before = inside('Anna backup', 'faceset_003');
    await run([{ ...A, rows: faces(0).slice(1) }, both()[1]]);
    await expect(run([{ id: 'faceset_003', rows: faces(2) }], { merge: true })).rejects.toThrow(
      `${at('faceset_003')} holds faceset_001, and faceset_003 is to be put there: rename the folder`,
    );
    expect(inside('Anna backup', 'faceset_003')).toEqual(before);
    expect(readdirSync(at('faceset_001', 'faces'))).toHaveLength(5);
  });

  it('is left alone with an error where its new name is too long for a folder to stand beside it', async () => {
    const name = 'x'.repeat(250);
    renameSync(at('faceset_001'), at(name));
    const before = fullTree(out);
    expect(await run(both())).toMatchObject({ written: [] });
    await expect(run([{ ...A, rows: faces(0).slice(1) }, both()[1]])).rejects.toThrow(
      /^the name of the folder .*xxx is too long .* rename it to at most 236 bytes$/,
    );
    expect(inside(name)).toEqual([
      Object.fromEntries(
        Object.entries(before)
          .filter(([path]) => path.startsWith(`${name}/`) && path !== `${name}/`)
          .map(([path, what]) => [path.slice(name.length + 1), what]),
      ),
    ]);
  });

  it('moves on under its name when it grows out of _thin', async () => {
    await run([{ id: 'faceset_003', rows: faces(2).slice(1, 2) }], { merge: true });
    renameSync(at('_thin', 'faceset_003'), at('_thin', 'Cleo'));
    await run([{ id: 'faceset_003', rows: faces(2) }], { merge: true });
    expect(existsSync(at('_thin'))).toBe(false);
    expect(readdirSync(at('Cleo', 'faces'))).toHaveLength(4);
  });

  it('stays where its owner has moved it out of _thin, though it is thin when it is made anew', async () => {
    await run([{ id: 'faceset_003', rows: faces(2).slice(0, 1) }], { merge: true, options: { minFaces: 4 } });
    renameSync(at('_thin', 'faceset_003'), at('Cleo'));
    await run([{ id: 'faceset_003', rows: faces(2).slice(0, 2) }], { merge: true, options: { minFaces: 4 } });
    expect((await top()).facesets.at(-1)).toMatchObject({ folder: 'Cleo', status: 'thin', faces: 2 });
    expect(existsSync(at('_thin'))).toBe(false);
  });
});

describe('a symbolic link in the place of a faceset', () => {
  beforeEach(() => {
    renameSync(at('faceset_001'), join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), at('faceset_001'));
  });

  it('is read through, but nothing is written or removed behind it', async () => {
    const before = fullTree(join(root, 'elsewhere'));
    expect(await run(both())).toMatchObject({ unchanged: ['faceset_001', 'faceset_002'] });
    await run([{ id: 'faceset_003', rows: faces(2) }], { merge: true });
    expect((await top()).facesets.map(({ id }) => id)).toEqual(['faceset_001', 'faceset_002', 'faceset_003']);
    const refused = run([{ ...A, rows: faces(0).slice(1) }], { merge: true });
    await expect(refused).rejects.toThrow(OutputFolderError);
    await expect(refused).rejects.toThrow(`${at('faceset_001')} is a symbolic link`);
    expect((await run([both()[1]])).removed).toEqual([]);
    expect(fullTree(join(root, 'elsewhere'))).toEqual(before);
    expect(existsSync(at('faceset_001'))).toBe(true);
  });

  it('stays and is told of where it leads nowhere or to something else', async () => {
    rmSync(at('faceset_001'));
    symlinkSync(join(root, 'nowhere'), at('faceset_001'));
    await expect(run(both())).rejects.toThrow(`${at('faceset_001')} is a symbolic link`);
    rmSync(at('faceset_001'));
    mkdirSync(join(root, 'photos'));
    writeFileSync(join(root, 'photos', 'a.jpg'), 'mine');
    symlinkSync(join(root, 'photos'), at('faceset_001'));
    await expect(run(both())).rejects.toThrow(`${at('faceset_001')} is a symbolic link`);
    expect(readdirSync(join(root, 'photos'))).toEqual(['a.jpg']);
  });

  it('is safe also below the faceset, and in the place of _thin', async () => {
    renameSync(at('faceset_002', 'faces'), join(root, 'faces'));
    symlinkSync(join(root, 'faces'), at('faceset_002', 'faces'));
    await run([{ ...B, rows: faces(1).slice(1) }], { merge: true });
    expect(readdirSync(join(root, 'faces'))).toHaveLength(4);
    expect(readdirSync(at('faceset_002', 'faces'))).toHaveLength(3);
    mkdirSync(join(root, 'thin'));
    symlinkSync(join(root, 'thin'), at('_thin'));
    const one = [{ id: 'faceset_003', rows: faces(2).slice(1, 2) }];
    await expect(run(one, { merge: true })).rejects.toThrow(`${at('_thin')} is a symbolic link`);
    expect(readdirSync(join(root, 'thin'))).toEqual([]);
  });
});
