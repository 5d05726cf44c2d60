import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheView } from '@face-sets/cache-npz';
import { encodePng, type FaceFinder, validateFsz } from '@face-sets/fsz-export';
import { readManifest } from '@face-sets/manifests';
import { CACHE_FILE, drawPhoto, embeddingOfPerson, fullTree, tempDir } from '@face-sets/testing';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CleanInput, cleanFacesets, consolidateFacesets, undoLastChange } from '../../src/index.js';
import { type SmallCollection, smallCollection } from '../small-collection.js';

let people: SmallCollection;
let cache: CacheView;
let finder: FaceFinder;
let made: string;
let root: string;
let out: string;
const at = (...parts: string[]) => join(out, ...parts);
const faces = (who: number) => people.rowsOf[who];
const faceset = (...folder: string[]) => readManifest(at(...folder, 'manifest.json'), 'swap-faceset');
const read = (...parts: string[]) => readFileSync(at(...parts));

const FACESETS = () => [
  { id: 'faceset_001', rows: faces(0) },
  { id: 'faceset_002', rows: faces(1) },
];

beforeAll(async () => {
  made = tempDir('clean');
  people = await smallCollection(made, [6, 5, 4]);
  // Every face apart from the others, so that only what a test makes alike is.
  const embedding = people.cache.embedding!.slice();
  people.rowsOf.forEach((rows, who) => {
    rows.forEach((row, n) => {
      const turned = embeddingOfPerson(who, 0);
      turned[5 + (n % 3)] = n % 2 === 0 ? 8 : -8;
      turned[3 + (n % 2)] += 4;
      embedding.set(turned, row * people.cache.dim);
    });
  });
  people.cache = { ...people.cache, embedding };
  cache = people.cache;
  finder = people.finder;
  await people.export(FACESETS(), { cache, options: { topN: 3 } });
});

beforeEach(() => {
  root = tempDir('clean');
  out = join(root, 'swap');
  cpSync(join(made, 'swap'), out, { recursive: true, preserveTimestamps: true });
});

const clean = (more: Partial<CleanInput> = {}) =>
  cleanFacesets({ out, cache, cacheFile: CACHE_FILE, finder, ...more });

/** The cache with the embedding of one row like that of another. */
function alike(row: number, other: number): CacheView {
  const embedding = cache.embedding!.slice();
  embedding.copyWithin(row * cache.dim, other * cache.dim, (other + 1) * cache.dim);
  return { ...cache, embedding };
}

describe('cleanFacesets', () => {
  it('finds nothing in a clean collection, and leaves it alone', async () => {
    const before = fullTree(out);
    const result = await clean({ apply: true });
    expect(result).toMatchObject({ findings: [], skipped: [], audited: 11, exported: null });
    expect(fullTree(out)).toEqual(before);
    await expect(undoLastChange(out)).rejects.toThrow('nothing to undo');
  });

  it('keeps the better of two near-duplicates, puts the other aside with its reason, and numbers the ranks anew', async () => {
    const before = fullTree(out);
    const { faces: old } = await faceset('faceset_001');
    const [keep, go] = [old[1], old[3]];
    const crop = read('faceset_001', go.file);
    const changed = { cache: alike(go.row, keep.row), audit: false };
    const found = await clean(changed);
    expect(found).toMatchObject({
      applied: false,
      findings: [
        {
          id: 'faceset_001',
          file: 'faceset_001/faces/0003.png',
          stays: 'faceset_001/faces/0001.png',
          reason: { code: 'near-duplicate', limit: 0.95, represented_by: keep.row },
        },
      ],
    });
    expect(fullTree(out)).toEqual(before);

    const done = await clean({ ...changed, apply: true });
    expect(done.findings).toEqual(found.findings);
    const { faces: left, rejected, bundles } = await faceset('faceset_001');
    expect(left.map(({ row }) => row)).toEqual(old.filter((face) => face !== go).map(({ row }) => row));
    expect(readdirSync(at('faceset_001', 'faces')).sort()).toEqual([
      '0000.png',
      '0001.png',
      '0002.png',
      '0003.png',
      '0004.png',
      '_dropped',
    ]);
    const [aside] = rejected.filter(({ dropped }) => dropped);
    expect(aside).toMatchObject({ row: go.row, reason: { code: 'near-duplicate' } });
    expect(aside.dropped).toMatch(/^faces\/_dropped\/0003-[0-9a-f]{8}\.png$/);
    expect(read('faceset_001', aside.dropped as string)).toEqual(crop);
    expect(await validateFsz(at('faceset_001', 'faceset_001_all.fsz'), 64)).toBe(5);
    expect(bundles.map(({ faces: count }) => count)).toEqual([3, 5]);
    const now = fullTree(out);
    for (const path of Object.keys(before).filter((name) => name.startsWith('faceset_002'))) {
      expect(now[path]).toBe(before[path]);
    }

    // It stays out, whoever exports it.
    await people.export(FACESETS(), { cache: changed.cache, out, options: { topN: 3, padRatio: 0.6 } });
    expect((await faceset('faceset_001')).faces).toHaveLength(5);
    expect(read('faceset_001', aside.dropped as string)).toEqual(crop);
    expect((await clean(changed)).findings).toEqual([]);
  });

  it('is taken back by undo, to the last bit', async () => {
    const before = fullTree(out);
    const [a, b] = (await faceset('faceset_002')).faces;
    await clean({ cache: alike(b.row, a.row), audit: false, apply: true });
    expect(fullTree(out)).not.toEqual(before);
    await undoLastChange(out);
    expect(fullTree(out)).toEqual(before);
  });

  it('is taken back in a folder that its owner has renamed and another change has made anew since', async () => {
    const before = fullTree(at('faceset_002'));
    const [a, b] = (await faceset('faceset_002')).faces;
    await clean({ cache: alike(b.row, a.row), audit: false, apply: true });
    renameSync(at('faceset_002'), at('Bob'));
    const named = fullTree(at('Bob'));
    const [c, d] = (await faceset('Bob')).faces;
    const { findings } = await clean({ cache: alike(d.row, c.row), audit: false, apply: true });
    expect(findings).toMatchObject([{ id: 'faceset_002' }]);
    await undoLastChange(out);
    expect(fullTree(at('Bob'))).toEqual(named);
    await undoLastChange(out);
    expect(fullTree(at('Bob'))).toEqual(before);
    expect(existsSync(at('faceset_002'))).toBe(false);
  });

  it('leaves a picture that is in facesets of two people to the one that it is nearer to', async () => {
    await people.export([{ id: 'faceset_003', rows: [...faces(2), faces(0)[2]] }], {
      cache,
      out,
      merge: true,
      options: { topN: 3, outlierThreshold: 2 },
    });
    const rank = (await faceset('faceset_003')).faces.findIndex(({ row }) => row === faces(0)[2]);
    const { findings } = await clean({ apply: true, audit: false });
    expect(findings).toMatchObject([
      { id: 'faceset_003', file: `faceset_003/faces/000${rank}.png`, reason: { code: 'duplicate' } },
    ]);
    expect(findings[0].stays).toMatch(/^faceset_001\/faces\//);
    expect((await faceset('faceset_003')).faces.map(({ row }) => row).sort((a, b) => a - b)).toEqual(
      faces(2),
    );
    expect((await faceset('faceset_001')).faces).toHaveLength(6);
  });

  it("takes nothing from eras for being in their person's faceset", async () => {
    const eras = [
      { id: 'faceset_001_era_01', era_of: 'faceset_001', years: null, rows: faces(0).slice(0, 3) },
      { id: 'faceset_001_era_02', era_of: 'faceset_001', years: null, rows: faces(0).slice(3) },
    ];
    await people.export(eras, { cache, out, merge: true, options: { topN: 3 } });
    expect((await clean({ audit: false })).findings).toEqual([]);
  });

  it('takes nothing from the eras of a faceset that was joined to another, nor from that', async () => {
    const half = { era_of: 'faceset_003', years: null, rows: faces(0).slice(3) };
    const facesets = [
      { id: 'faceset_001', rows: faces(0).slice(0, 3) },
      { id: 'faceset_003', rows: half.rows },
    ];
    await people.export(facesets, { cache, out });
    await people.export([{ id: 'faceset_003_era_01', ...half }], { cache, out, merge: true });
    await consolidateFacesets({ out, cache, cacheFile: CACHE_FILE, finder, threshold: 1 });
    expect((await faceset('faceset_001')).faces).toHaveLength(faces(0).length);
    expect((await clean({ audit: false })).findings).toEqual([]);
  });

  it('never empties a faceset that is all in another one, and says so', async () => {
    await people.export([{ id: 'faceset_003', rows: faces(0) }], {
      cache,
      out,
      merge: true,
      options: { topN: 3 },
    });
    const { findings, skipped } = await clean({ audit: false, apply: true });
    expect(findings).toEqual([]);
    expect(skipped).toEqual([
      { id: 'faceset_003', reason: expect.stringMatching(/^all of its faces would be dropped \(/) },
    ]);
  });

  it('finds a second face, another face or none in a crop', async () => {
    const put = async (file: string, people: Parameters<typeof drawPhoto>[2]) =>
      writeFileSync(at('faceset_001', file), await encodePng(drawPhoto(64, 64, people)));
    const { faces: old } = await faceset('faceset_001');
    await put(old[0].file, [
      { who: 0, bbox: [18, 15, 44, 48] },
      { who: 2, bbox: [44, 30, 62, 52] },
    ]);
    await put(old[2].file, [{ who: 3, bbox: [18, 15, 44, 48] }]);
    await put(old[4].file, []);
    writeFileSync(at('faceset_002', 'faces', '0001.png'), 'no picture');
    const { findings, skipped } = await clean({ apply: true });
    expect(findings.map(({ file, reason }) => [file, reason.code])).toEqual([
      ['faceset_001/faces/0000.png', 'second-face'],
      ['faceset_001/faces/0002.png', 'face-changed'],
      ['faceset_001/faces/0004.png', 'not-found-again'],
    ]);
    expect(skipped).toMatchObject([{ id: 'faceset_002', reason: expect.stringContaining('0001.png') }]);
    const now = await faceset('faceset_001');
    expect(now.faces.map(({ row }) => row)).toEqual([1, 3, 5].map((rank) => old[rank].row));
    expect(readdirSync(at('faceset_001', 'faces', '_dropped'))).toHaveLength(3);
  });

  it('needs no photo, and works on a faceset that its owner has renamed', async () => {
    renameSync(at('faceset_001'), at('Anna'));
    renameSync(join(made, 'photos'), join(made, 'away'));
    try {
      const { faces: old } = await faceset('Anna');
      const { exported } = await clean({
        cache: alike(old[5].row, old[0].row),
        audit: false,
        apply: true,
      });
      expect(exported?.written).toEqual(['faceset_001']);
      expect((await faceset('Anna')).faces).toHaveLength(5);
      expect(existsSync(at('faceset_001'))).toBe(false);
    } finally {
      renameSync(join(made, 'away'), join(made, 'photos'));
    }
  });

  it('refuses an impossible similarity', async () => {
    await expect(clean({ similarity: 1.2 })).rejects.toThrow('option similarity: found 1.2');
  });
});
