import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutputFolderError } from '@face-sets/files';
import { readManifest } from '@face-sets/manifests';
import { CACHE_FILE, embeddingOfPerson, fullTree, tempDir } from '@face-sets/testing';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ConsolidateInput,
  consolidateFacesets,
  readCollection,
  undoLastChange,
} from '../../src/index.js';
import { type SmallCollection, smallCollection } from '../small-collection.js';

let people: SmallCollection;
let made: string;
let root: string;
let out: string;
const at = (...parts: string[]) => join(out, ...parts);
const faces = (who: number) => people.rowsOf[who];
const top = () => readManifest(at('manifest.json'), 'export-swap');
const faceset = (...folder: string[]) => readManifest(at(...folder, 'manifest.json'), 'swap-faceset');

/** Person 0 is in two facesets of 3 and 4 faces, person 1 in one; person 2 has a faceset and two eras. */
const FACESETS = () => [
  { id: 'faceset_001', rows: faces(0).slice(0, 3) },
  { id: 'faceset_002', rows: faces(1) },
  { id: 'faceset_003', rows: faces(0).slice(3) },
  { id: 'faceset_004', rows: faces(2) },
];
const ERAS = () => [
  { id: 'faceset_004_era_01', era_of: 'faceset_004', years: null, rows: faces(2).slice(0, 3) },
  { id: 'faceset_004_era_02', era_of: 'faceset_004', years: null, rows: faces(2).slice(3) },
];

beforeAll(async () => {
  made = tempDir('consolidate');
  people = await smallCollection(made, [7, 4, 6]);
  await people.export(FACESETS(), { years: new Map([[people.cache.images[4].sha256, 2011]]) });
  await people.export(ERAS(), { merge: true });
});

beforeEach(() => {
  root = tempDir('consolidate');
  out = join(root, 'swap');
  cpSync(join(made, 'swap'), out, { recursive: true, preserveTimestamps: true });
});

const consolidate = (more: Partial<ConsolidateInput> = {}) =>
  consolidateFacesets({ out, cache: people.cache, cacheFile: CACHE_FILE, ...more });
const apply = (more: Partial<ConsolidateInput> = {}) => consolidate({ finder: people.finder, ...more });

describe('consolidateFacesets', () => {
  it('proposes facesets of one person with evidence, and eras not, and changes nothing', async () => {
    const before = fullTree(root);
    const { proposals, skipped, merged } = await consolidate();
    expect(merged).toBeNull();
    expect(skipped).toEqual([]);
    expect(proposals).toHaveLength(1);
    const [{ keep, merge, distance, evidence, doubts }] = proposals;
    expect(keep).toMatchObject({ id: 'faceset_003', name: 'faceset_003', faces: 4, years: [2011, 2011] });
    expect(merge).toMatchObject([{ id: 'faceset_001', faces: 3, years: null }]);
    expect(doubts).toEqual([]);
    expect(distance).toBeGreaterThan(0);
    expect(evidence).toMatchObject([{ id: 'faceset_001', distance }]);
    const [{ pairs }] = evidence;
    expect(pairs).toHaveLength(3);
    expect(pairs.map((pair) => pair.distance)).toEqual([...pairs.map((pair) => pair.distance)].sort());
    for (const { a, b } of pairs)
      for (const { file } of [a, b]) expect(existsSync(at(file)), file).toBe(true);
    expect(fullTree(root)).toEqual(before);
  });

  it('lets no chain form: of three in a row the ends are not one person', async () => {
    const embedding = people.cache.embedding!.slice();
    const turn = (row: number) => [0, 0, 0, 100, 100, 100, 100, 50, 50, 50, 50][row];
    for (let row = 0; row < 11; row++) embedding.set(embeddingOfPerson(0, turn(row)), row * people.cache.dim);
    const { proposals } = await consolidate({ cache: { ...people.cache, embedding } });
    expect(proposals.map(({ merge }) => merge.length)).toEqual([1]);
    const all = await consolidate({ cache: { ...people.cache, embedding }, threshold: 1.5 });
    expect(all.proposals.map(({ merge }) => merge.length)).toEqual([3]);
  });

  it('finds nobody below a threshold that is too small', async () => {
    expect((await consolidate({ threshold: 0.0001 })).proposals).toEqual([]);
    await expect(consolidate({ threshold: -1 })).rejects.toThrow('option threshold: found -1');
    await expect(consolidate({ only: ['faceset_009'] })).rejects.toThrow(OutputFolderError);
  });

  it('merges: the larger stays, made of the faces of both; the other moves as it is to _merged', async () => {
    const before = fullTree(out);
    const { merged, exported } = await apply();
    expect(merged).toEqual([{ id: 'faceset_001', into: 'faceset_003', folder: '_merged/faceset_001' }]);
    expect(exported?.written).toEqual(['faceset_003']);
    expect(existsSync(at('faceset_001'))).toBe(false);
    const after = fullTree(out);
    for (const [path, what] of Object.entries(before)) {
      if (path.startsWith('faceset_001/')) expect(after[`_merged/${path}`], path).toBe(what);
      else if (!/^(faceset_003\/|manifest)/.test(path)) expect(after[path], path).toBe(what);
    }
    const { faces: joined } = await faceset('faceset_003');
    expect(joined.map(({ row }) => row).sort()).toEqual(faces(0));
    expect(joined.map(({ score }) => score)).toEqual(
      [...joined.map(({ score }) => score)].sort((a, b) => b - a),
    );
    expect(joined.find(({ row }) => row === 4)?.year).toBe(2011);
    const manifest = await top();
    expect(manifest.facesets.map(({ id }) => id)).toEqual([
      'faceset_002',
      'faceset_003',
      'faceset_004',
      'faceset_004_era_01',
      'faceset_004_era_02',
    ]);
    expect(manifest).toMatchObject({ merged, highest_number: 4 });
    await undoLastChange(out);
    expect(fullTree(out)).toEqual(before);
  });

  it('gives the same crops as a new export of all faces, also when the photos are gone', async () => {
    const whole = await people.export([{ id: 'faceset_003', rows: faces(0) }], { out: join(root, 'whole') });
    renameSync(join(made, 'photos'), join(made, 'away'));
    try {
      expect((await apply()).exported?.written).toEqual(['faceset_003']);
    } finally {
      renameSync(join(made, 'away'), join(made, 'photos'));
    }
    const crops = (folder: string) =>
      readdirSync(join(folder, 'faces')).map((name) => readFileSync(join(folder, 'faces', name)));
    expect(crops(at('faceset_003'))).toEqual(crops(join(root, 'whole', 'faceset_003')));
    expect(readFileSync(at('faceset_003', 'faceset_003_all.fsz'))).toEqual(
      readFileSync(join(root, 'whole', 'faceset_003', 'faceset_003_all.fsz')),
    );
    expect(whole.written).toEqual(['faceset_003']);
  });

  it('keeps the one with a name, in a renamed folder too', async () => {
    renameSync(at('faceset_001'), at('Anna'));
    const { merged } = await apply();
    expect(merged).toEqual([{ id: 'faceset_003', into: 'faceset_001', folder: '_merged/faceset_003' }]);
    expect(readdirSync(at('Anna', 'faces'))).toHaveLength(7);
    expect((await readCollection(out)).facesets[0]).toMatchObject({ id: 'faceset_001', name: 'Anna' });
  });

  it('only proposes where names differ or both are on one photo, unless these are asked for', async () => {
    writeFileSync(at('faceset_001', 'NAME.txt'), 'Ann\n');
    writeFileSync(at('faceset_003', 'NAME.txt'), 'Sue\n');
    const before = fullTree(out);
    const { proposals, merged } = await apply();
    expect(proposals[0].doubts).toEqual([
      'they have different names: faceset_003 is "Sue", faceset_001 is "Ann"',
    ]);
    expect(merged).toBeNull();
    expect(fullTree(out)).toEqual(before);
    expect((await apply({ only: ['faceset_001', 'faceset_003'] })).merged).toHaveLength(1);
  });

  it('tells of facesets that it cannot compare', async () => {
    const cache = { ...people.cache, images: [...people.cache.images] };
    cache.images[0] = { ...cache.images[0], sha256: 'e'.repeat(64) };
    expect((await consolidate({ cache })).skipped).toEqual([
      { id: 'faceset_001', reason: '1 of its 3 faces are not in the cache' },
    ]);
  });

  it('stays done when the same facesets are exported again, with or without a merge', async () => {
    await apply();
    const before = fullTree(out);
    for (const merge of [false, true]) {
      const years = new Map([[people.cache.images[4].sha256, 2011]]);
      const again = await people.export(FACESETS(), { out, merge, years });
      expect(again.written).toEqual([]);
      expect(fullTree(out)).toEqual(before);
    }
    // Who was joined grows: it is the other that does.
    const { written } = await people.export([{ id: 'faceset_001', rows: faces(0).slice(0, 2) }], {
      out,
      merge: true,
    });
    expect(written.every((id) => id === 'faceset_003')).toBe(true);
    expect(existsSync(at('faceset_001'))).toBe(false);
  });

  it('stays done in later exports when it was to someone who had been added, and gives the number to no one', async () => {
    const merge = { out, merge: true };
    const years = new Map([[people.cache.images[4].sha256, 2011]]);
    await people.export([{ id: 'faceset_005', label: 'Bob', rows: faces(1).slice(1) }], merge);
    const { merged } = await apply({ only: ['faceset_002', 'faceset_005'] });
    expect(merged).toMatchObject([{ id: 'faceset_002', into: 'faceset_005' }]);
    const before = fullTree(out);
    for (let time = 0; time < 2; time++) {
      expect((await people.export(FACESETS(), { out, years })).written).toEqual([]);
      expect(fullTree(out)).toEqual(before);
    }
    const [first, , ...others] = FACESETS();
    const stranger = { id: 'faceset_002', rows: faces(2).slice(0, 2) };
    const again = await people.export([first, stranger, ...others], { out, years });
    expect(again.written).toEqual(['faceset_006']);
    expect(again.manifest.merged).toEqual(merged);
    expect(existsSync(at('faceset_002'))).toBe(false);
  });

  it('is forgotten when its owner has removed the folder, and the facesets are exported again', async () => {
    await apply();
    rmSync(at('_merged'), { recursive: true });
    const { manifest } = await people.export(FACESETS(), { out });
    expect(manifest.facesets.map(({ id }) => id)).toContain('faceset_001');
    expect(manifest.merged).toBeUndefined();
  });

  it('is taken back by hand when the folder is put back', async () => {
    await apply();
    renameSync(at('_merged', 'faceset_001'), at('faceset_001'));
    rmSync(at('_merged'), { recursive: true });
    const { manifest } = await people.export(FACESETS(), { out });
    expect(manifest.merged).toBeUndefined();
    expect((await faceset('faceset_003')).faces).toHaveLength(4);
    expect((await faceset('faceset_001')).faces).toHaveLength(3);
  });
});
