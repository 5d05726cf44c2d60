import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type CacheView, FoldersNotInCacheError } from '@face-sets/cache-npz';
import { validateFsz } from '@face-sets/fsz-export';
import { readManifest } from '@face-sets/manifests';
import { CACHE_FILE, drawnFaceFinder, makeCache, type PhotoOfTest, tempDir, tree } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  composeRefineManifest,
  consolidateFacesets,
  exportSwap,
  type ImportFoldersInput,
  importConfigSchema,
  importFolders,
  readImportConfig,
  type TrustedFolders,
  trustedPeople,
  undoLastChange,
  writeRefinedFolders,
} from '../../src/index.js';

const [ANNA, BEN, CARA, STRANGER] = [0, 1, 2, 3];

let root: string;
let out: string;
let finder: ReturnType<typeof drawnFaceFinder>;
/** Each photo is another picture. */
let serial: number;

beforeEach(() => {
  root = tempDir('import-folders');
  out = join(root, 'swap');
  finder = drawnFaceFinder();
  serial = 0;
});

/** A photo of some people, side by side. */
function photo(
  name: string,
  ...people: (number | { who: number; turn?: number; blur?: number })[]
): PhotoOfTest {
  const shift = serial++ % 40;
  return {
    path: join(root, 'photos', name),
    width: 200 * people.length + 60,
    height: 240 + serial,
    faces: people.map((person, i) => ({
      bbox: [30 + 200 * i + shift, 60, 140 + 200 * i + shift, 190],
      ...(typeof person === 'number' ? { who: person } : person),
    })),
  };
}

const folderOf = (name: string, who: number, count = 4) =>
  Array.from({ length: count }, (_, i) => photo(`${name}/${i}.png`, who));
const people = () => [...folderOf('people/Anna', ANNA), ...folderOf('people/Ben', BEN)];
const at = (...parts: string[]) => join(root, 'photos', ...parts);

async function run(
  photos: readonly PhotoOfTest[],
  more: Partial<ImportFoldersInput> & { folders?: TrustedFolders } = {},
) {
  const { folders = { parents: [at('people')] }, ...input } = more;
  const cache = await makeCache(photos);
  return importFolders({
    cache,
    cacheFile: CACHE_FILE,
    out,
    finder,
    trusted: await trustedPeople(folders),
    ...input,
    // The drawn faces of a person are all alike.
    options: { topN: 2, outSize: 128, duplicateThreshold: 0, ...more.options },
  });
}

const labeled = async (id: string, folder = id) =>
  (await readManifest(join(out, folder, 'manifest.json'), 'swap-faceset')).label;

/** An export as clustering gives it, of two other people. */
async function exportEarlier(): Promise<CacheView> {
  const cache = await makeCache([...folderOf('old/one', CARA, 3), ...folderOf('old/two', STRANGER, 3)]);
  const { manifest } = await writeRefinedFolders({
    cache,
    cacheFile: CACHE_FILE,
    outcomes: [1, 1, 1, 2, 2, 2].map((faceset) => ({ faceset, distance: 0 })),
    out: join(root, 'refined'),
    options: {},
  });
  const refineFile = { path: join(root, 'refined', 'refine_manifest.json'), sha256: 'd'.repeat(64) };
  const options = { topN: 2, outSize: 128, duplicateThreshold: 0 };
  await exportSwap({ cache, cacheFile: CACHE_FILE, refine: manifest, refineFile, out, finder, options });
  return cache;
}

/** The files of an output but for what undo keeps. */
const outputOf = (folder: string) =>
  Object.fromEntries(Object.entries(tree(folder)).filter(([file]) => !file.startsWith('.face-sets-undo/')));

const withoutTop = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).filter(([file]) => file !== 'manifest.json'));

describe('importFolders', () => {
  it('makes a faceset of each folder, with its name on the bundles and beside them', async () => {
    const { imported, exported, problems } = await run(people());
    expect(problems).toEqual([]);
    expect(imported.map(({ id, label }) => [id, label])).toEqual([
      ['faceset_001', 'Anna'],
      ['faceset_002', 'Ben'],
    ]);
    expect(exported?.written).toEqual(['faceset_001', 'faceset_002']);
    expect(readdirSync(join(out, 'faceset_001')).sort()).toEqual([
      'Anna.txt',
      'Anna_all.fsz',
      'Anna_top2.fsz',
      'NAME.txt',
      'faces',
      'manifest.json',
    ]);
    expect(await validateFsz(join(out, 'faceset_002', 'Ben_all.fsz'), 128)).toBe(4);
    expect(readFileSync(join(out, 'faceset_002', 'NAME.txt'), 'utf8').trim()).toBe('Ben');
  });

  it('shares a photo of several people out, each faceset with its own face only', async () => {
    const { imported, rejected } = await run([...people(), photo('mixed/all.png', BEN, STRANGER, ANNA)], {
      mixed: [at('mixed')],
    });
    expect(
      imported.map(({ faces }) => faces.filter(({ from }) => from === 'mixed').map(({ row }) => row)),
    ).toEqual([[10], [8]]);
    for (const [id, row] of [
      ['faceset_001', 10],
      ['faceset_002', 8],
    ] as const) {
      const { faces } = await readManifest(join(out, id, 'manifest.json'), 'swap-faceset');
      const mixed = faces.filter(({ source }) => source === at('mixed', 'all.png'));
      expect(mixed.map((face) => face.row)).toEqual([row]);
    }
    expect(rejected).toEqual([
      { row: 9, reason: expect.objectContaining({ code: 'unknown-person', value: 1, limit: 0.45 }) },
    ]);
  });

  it('writes a refine manifest with every face of the folders, readable for its owner only', async () => {
    const photos = [
      ...people(),
      photo('people/Anna/with-stranger.png', STRANGER, ANNA),
      photo('elsewhere/x.png', CARA),
    ];
    const { refineManifestPath, rejected } = await run(photos);
    expect(rejected).toMatchObject([{ row: 8, reason: { code: 'outlier', limit: 0.45 } }]);
    expect(refineManifestPath).toBe(join(out, '_import', 'refine_manifest.json'));
    const manifest = await readManifest(refineManifestPath, 'refine');
    expect(manifest.facesets.map(({ label, faces }) => [label, faces.map(({ row }) => row)])).toEqual([
      ['Anna', [0, 1, 2, 3, 9]],
      ['Ben', [4, 5, 6, 7]],
    ]);
    expect(manifest.summary).toMatchObject({
      facesets: 2,
      faces: 9,
      rejected: 1,
      rejected_by: { outlier: 1 },
    });
    expect(manifest.options).toMatchObject({
      mixed_threshold: 0.45,
      trusted: [`${at('people/Anna')}=Anna`, `${at('people/Ben')}=Ben`],
    });
    if (process.platform !== 'win32') {
      expect(statSync(refineManifestPath).mode & 0o777).toBe(0o600);
      expect(statSync(join(out, '_import')).mode & 0o777).toBe(0o700);
    }
    const top = await readManifest(join(out, 'manifest.json'), 'export-swap');
    expect(top.refine_manifest.path).toBe(refineManifestPath);
  });

  it('adds to an earlier export with numbers after the highest and leaves its facesets as they are', async () => {
    await exportEarlier();
    const before = tree(out);
    const { imported } = await run(people());
    expect(imported.map(({ id }) => id)).toEqual(['faceset_003', 'faceset_004']);
    expect(tree(out)).toMatchObject(withoutTop(before));
    const { facesets, highest_number } = await readManifest(join(out, 'manifest.json'), 'export-swap');
    expect(facesets.map(({ id, label }) => [id, label])).toEqual([
      ['faceset_001', undefined],
      ['faceset_002', undefined],
      ['faceset_003', 'Anna'],
      ['faceset_004', 'Ben'],
    ]);
    expect(highest_number).toBe(4);
  });

  it('exports like what is there: with the options of the output where none are given', async () => {
    await exportEarlier();
    const cache = await makeCache(people());
    const trusted = await trustedPeople({ parents: [at('people')] });
    const input = { cache, cacheFile: CACHE_FILE, out, finder, trusted };
    await importFolders({ ...input, options: { topN: 1 } });
    const { options } = await readManifest(join(out, 'faceset_003', 'manifest.json'), 'swap-faceset');
    expect(options).toMatchObject({ top_n: [1], out_size: 128, duplicate_threshold: 0 });
  });

  it('changes no byte when the same folders are imported again', async () => {
    const photos = [...people(), photo('mixed/all.png', BEN, STRANGER, ANNA)];
    await run(photos, { mixed: [at('mixed')] });
    const before = tree(out);
    const inodes = Object.keys(before).map((file) => statSync(join(out, file)).ino);
    const decoded = finder.decoded.length;
    const { exported } = await run(photos, { mixed: [at('mixed')] });
    expect(exported).toMatchObject({ written: [], unchanged: ['faceset_001', 'faceset_002'], removed: [] });
    expect(tree(out)).toEqual(before);
    expect(Object.keys(before).map((file) => statSync(join(out, file)).ino)).toEqual(inodes);
    expect(finder.decoded).toHaveLength(decoded);
  });

  it('updates the faceset of a person whose folder has grown, and no other', async () => {
    const photos = people();
    await run(photos);
    const ben = tree(join(out, 'faceset_002'));
    const { exported } = await run([...photos, photo('people/Anna/new.png', ANNA)]);
    expect(exported?.written).toEqual(['faceset_001']);
    expect(await validateFsz(join(out, 'faceset_001', 'Anna_all.fsz'), 128)).toBe(5);
    expect(tree(join(out, 'faceset_002'))).toEqual(ben);
  });

  it('leaves people of an earlier import alone who are not imported again', async () => {
    const photos = [...people(), ...folderOf('more/Cara', CARA)];
    await run(photos);
    const before = tree(out);
    const { imported } = await run(photos, { folders: { folders: [at('more/Cara')] } });
    expect(imported.map(({ id }) => id)).toEqual(['faceset_003']);
    const { 'manifest.json': _, '_import/refine_manifest.json': __, ...facesets } = before;
    expect(tree(out)).toMatchObject(facesets);
  });

  it('is taken back as a whole, by undo and when it is interrupted', async () => {
    await exportEarlier();
    const before = tree(out);
    const photos = people();
    await run(photos);
    await undoLastChange(out);
    expect(outputOf(out)).toEqual(before);
    const stop = new AbortController();
    const onProgress = ({ facesets }: { facesets: number }) => facesets === 1 && stop.abort();
    await expect(run(photos, { signal: stop.signal, onProgress })).rejects.toThrow('aborted');
    expect(outputOf(out)).toEqual(before);
    const again = await run(photos);
    expect(again.imported.map(({ id }) => id)).toEqual(['faceset_003', 'faceset_004']);
  });

  it('keeps what consolidate has joined, whichever of the facesets stayed', async () => {
    for (const clustered of [3, 6]) {
      out = join(root, `swap-${clustered}`);
      const photos = [...people(), ...folderOf(`old/${clustered}`, ANNA, clustered)];
      const cache = await makeCache(photos);
      const { manifest: refine } = composeRefineManifest({
        cache,
        cacheFile: CACHE_FILE,
        options: {},
        facesets: [
          {
            id: 'faceset_001',
            // The owner has named the one with more faces: that one stays.
            ...(clustered === 6 ? { label: 'Aunt Anna' } : {}),
            faces: Array.from({ length: clustered }, (_, i) => ({ row: 8 + i, distance: 0 })),
          },
        ],
        rejected: [],
      });
      const options = { topN: 2, outSize: 128, duplicateThreshold: 0 };
      const refineFile = { path: '/r/refine_manifest.json', sha256: 'd'.repeat(64) };
      await exportSwap({ cache, cacheFile: CACHE_FILE, refine, refineFile, out, finder, options });
      await run(photos);
      const only = ['faceset_001', 'faceset_002'];
      const { merged } = await consolidateFacesets({ cache, cacheFile: CACHE_FILE, out, finder, only });
      const [gone, stayed] =
        clustered === 6 ? ['faceset_002', 'faceset_001'] : ['faceset_001', 'faceset_002'];
      expect(merged).toMatchObject([{ id: gone, into: stayed }]);
      const facesOf = async () =>
        (await readManifest(join(out, stayed, 'manifest.json'), 'swap-faceset')).faces.length;
      expect(await facesOf()).toBe(4 + clustered);
      const { imported } = await run([...photos, photo('people/Anna/new.png', ANNA)]);
      expect(imported.map(({ id, into }) => [id, into])).toEqual([
        ['faceset_002', clustered === 6 ? 'faceset_001' : undefined],
        ['faceset_003', undefined],
      ]);
      expect(await facesOf()).toBe(5 + clustered);
      expect(
        readdirSync(out)
          .filter((name) => name.startsWith('faceset'))
          .sort(),
      ).toEqual([stayed, 'faceset_003']);
    }
  });

  it('knows a person by the faces when the folder is called something else', async () => {
    const photos = people();
    await run(photos);
    const folders = { parents: [at('people')], labels: [['Anna', 'Anna Karlsson']] as [string, string][] };
    const { imported } = await run(photos, { folders });
    expect(imported.map(({ id, label }) => [id, label])).toEqual([
      ['faceset_001', 'Anna Karlsson'],
      ['faceset_002', 'Ben'],
    ]);
    expect(readdirSync(join(out, 'faceset_001'))).toContain('Anna Karlsson_all.fsz');
    expect(readdirSync(join(out, 'faceset_001'))).not.toContain('Anna_all.fsz');
    expect(readFileSync(join(out, 'faceset_001', 'NAME.txt'), 'utf8').trim()).toBe('Anna Karlsson');
  });

  it('keeps what the owner has made of a name', async () => {
    const photos = people();
    await run(photos);
    renameSync(join(out, 'faceset_001'), join(out, 'Aunt Anna'));
    writeFileSync(join(out, 'faceset_002', 'NAME.txt'), 'Benjamin\n');
    const { imported } = await run([
      ...photos,
      photo('people/Anna/new.png', ANNA),
      photo('people/Ben/new.png', BEN),
    ]);
    expect(imported.map(({ id }) => id)).toEqual(['faceset_001', 'faceset_002']);
    expect(await labeled('faceset_001', 'Aunt Anna')).toBe('Anna');
    expect(readdirSync(out)).not.toContain('faceset_001');
    expect(readFileSync(join(out, 'faceset_002', 'NAME.txt'), 'utf8')).toBe('Benjamin\n');
  });

  it('gives someone of whom no face can be exported the same number each time', async () => {
    const photos = [...people(), ...folderOf('people/Cara', CARA, 1)];
    const tooSmall = { options: { minFaceShort: 1000 } };
    const first = await run(photos, tooSmall);
    expect(first.imported.map(({ id }) => id)).toEqual(['faceset_001', 'faceset_002', 'faceset_003']);
    expect(first.exported?.manifest.empty).toHaveLength(3);
    const before = tree(out);
    expect((await run(photos, tooSmall)).imported).toEqual(first.imported);
    expect(tree(out)).toEqual(before);
  });

  it('gives no number again after a faceset was deleted', async () => {
    const photos = people();
    await run(photos);
    rmSync(join(out, 'faceset_002'), { recursive: true });
    const { imported } = await run(photos);
    expect(imported.map(({ id }) => id)).toEqual(['faceset_001', 'faceset_003']);
  });

  it('finds the folders by aliases and through symbolic links', async () => {
    const [one, ...others] = people();
    const photos = [{ ...one, path: at('archive/one.png'), aliases: [at('people/Anna/0.png')] }, ...others];
    symlinkSync(at('people'), join(root, 'link'));
    const { imported } = await run(photos, { folders: { folders: [join(root, 'link', 'Anna')] } });
    expect(imported).toMatchObject([{ label: 'Anna', photos: 4, photosOfPerson: 4 }]);
  });

  it('takes folders with one label for one person', async () => {
    const photos = [
      ...folderOf('2019/Anna', ANNA),
      ...folderOf('2020/Anna', ANNA),
      ...folderOf('new/Ännchen', ANNA),
    ];
    const { imported, problems } = await run(photos, {
      folders: {
        folders: [at('2019/Anna'), at('2020/Anna'), at('new/Ännchen')],
        labels: [['Ännchen', 'Anna']],
      },
    });
    expect(imported).toMatchObject([{ label: 'Anna', photos: 12 }]);
    expect(problems).toEqual([]);
  });

  it('throws away the half-built rest of a killed run', async () => {
    const photos = people();
    await run(photos);
    mkdirSync(join(out, '.face-sets-tmp-1-faceset_001'), { recursive: true });
    renameSync(join(out, 'faceset_001'), join(out, '.face-sets-tmp-old-faceset_001'));
    const { imported } = await run(photos);
    expect(imported.map(({ id }) => id)).toEqual(['faceset_001', 'faceset_002']);
    expect(readdirSync(out).filter((name) => name.startsWith('.face-sets-tmp'))).toEqual([]);
  });
});

describe('importFolders reports', () => {
  it('a folder without a face that can be used', async () => {
    const blurred = Array.from({ length: 3 }, (_, i) =>
      photo(`people/Cara/${i}.png`, { who: CARA, blur: 10 }),
    );
    const { imported, problems } = await run([...people(), ...blurred, photo('people/Dog/0.png')]);
    expect(imported.map(({ label }) => label)).toEqual(['Anna', 'Ben']);
    expect(problems).toEqual([
      {
        kind: 'no-face',
        label: 'Cara',
        photos: 3,
        faces: 3,
        rejected_by: { blur: 3 },
        message: 'Cara: none of 3 faces can be used in 3 photos (blur 3); nothing is imported',
      },
      expect.objectContaining({ kind: 'no-face', label: 'Dog', photos: 1, faces: 0 }),
    ]);
  });

  it('a folder of several people, whose faces then are in no faceset', async () => {
    const { imported, problems, rejected } = await run([
      ...people(),
      ...folderOf('people/Party', CARA, 3),
      photo('people/Party/x.png', STRANGER),
      photo('people/Party/y.png', STRANGER),
    ]);
    expect(imported.map(({ label }) => label)).toEqual(['Anna', 'Ben']);
    expect(problems).toMatchObject([
      {
        kind: 'several-people',
        label: 'Party',
        photos: 5,
        photos_of_person: 3,
        photos_of_other: 2,
        photos_without_person: 2,
      },
    ]);
    expect(problems[0].message).toMatch(
      /^Party: it is not clear which person it shows: of 5 photos, the most frequent person is in 3/,
    );
    expect(rejected.map(({ row, reason }) => [row, reason.code])).toEqual([
      [8, 'several-people'],
      [9, 'several-people'],
      [10, 'several-people'],
      [11, 'outlier'],
      [12, 'outlier'],
    ]);
  });

  it('two folders that are the same person, and gives neither a mixed face that may be either', async () => {
    const twin = Array.from({ length: 4 }, (_, i) =>
      photo(`people/Annika/${i}.png`, { who: ANNA, turn: 30 }),
    );
    const mixed = [
      photo('mixed/a.png', { who: ANNA, turn: 15 }),
      photo('mixed/b.png', { who: ANNA, turn: -10 }),
    ];
    const { imported, problems, rejected } = await run([...people(), ...twin, ...mixed], {
      mixed: [at('mixed')],
    });
    expect(imported.map(({ label, faces }) => [label, faces.length])).toEqual([
      ['Anna', 5],
      ['Annika', 4],
      ['Ben', 4],
    ]);
    expect(problems).toMatchObject([
      { kind: 'same-person', labels: ['Anna', 'Annika'], distance: expect.closeTo(0.134, 3), threshold: 0.4 },
    ]);
    expect(rejected).toMatchObject([{ row: 12, reason: { code: 'ambiguous', limit: 0.05 } }]);
  });

  it('a folder of someone else among those of one person', async () => {
    const photos = [...folderOf('2019/Anna', ANNA, 6), ...folderOf('2020/Anna', CARA, 2)];
    const { imported, problems } = await run(photos, {
      folders: { folders: [at('2019/Anna'), at('2020/Anna')] },
    });
    expect(imported).toMatchObject([{ label: 'Anna', photosOfPerson: 6 }]);
    expect(problems).toMatchObject([{ kind: 'other-person', folder: at('2020/Anna'), photos: 2 }]);
  });

  it('a folder in a folder of people that the cache does not know', async () => {
    mkdirSync(at('people/Zoe'), { recursive: true });
    mkdirSync(at('people/.thumbs'), { recursive: true });
    const { imported, problems } = await run(people());
    expect(imported.map(({ label }) => label)).toEqual(['Anna', 'Ben']);
    expect(problems).toMatchObject([{ kind: 'not-in-cache', label: 'Zoe', folder: at('people/Zoe') }]);
  });

  it('whom a photo in two folders shows: each face goes to the one it is nearer to', async () => {
    const both = { ...photo('people/Anna/both.png', ANNA, BEN), aliases: [at('people/Ben/both.png')] };
    const { imported, problems } = await run([...people(), both]);
    expect(problems).toEqual([]);
    expect(imported.map(({ faces }) => faces.at(-1)?.row)).toEqual([8, 9]);
  });

  it('nothing to import without touching the output', async () => {
    await exportEarlier();
    const before = tree(out);
    const { imported, exported, problems } = await run([photo('people/Dog/0.png')]);
    expect([imported, exported]).toEqual([[], null]);
    expect(problems).toMatchObject([{ kind: 'no-face' }]);
    expect(tree(out)).toEqual(before);
  });
});

describe('importFolders refuses', () => {
  it('folders of which the cache knows nothing', async () => {
    const photos = people();
    await expect(run(photos, { folders: { folders: [at('people/Anna'), at('peple/Ben')] } })).rejects.toThrow(
      FoldersNotInCacheError,
    );
    await expect(run(photos, { mixed: [at('nowhere')] })).rejects.toThrow(
      `the cache has no photo in ${at('nowhere')}: check the spelling, or embed the folder first`,
    );
  });

  it('a folder of people none of whom the cache knows', async () => {
    mkdirSync(at('strangers/Zoe'), { recursive: true });
    mkdirSync(at('strangers/Yan'), { recursive: true });
    await expect(run(people(), { folders: { parents: [at('strangers')] } })).rejects.toThrow(
      `the cache has no photo in ${at('strangers/Yan')} (and 1 more)`,
    );
  });

  it('impossible people', async () => {
    await expect(run(people(), { trusted: [] })).rejects.toThrow('no trusted folder');
    await expect(run(people(), { trusted: [{ label: ' ', folders: [at('people/Anna')] }] })).rejects.toThrow(
      'is empty',
    );
    const twice = ['a', 'b'].map(() => ({ label: 'Anna', folders: [at('people/Anna')] }));
    await expect(run(people(), { trusted: twice })).rejects.toThrow('two people are labeled Anna');
    await expect(trustedPeople({ folders: [at('people/Anna')], labels: [['Bob', 'x']] })).rejects.toThrow(
      'the label x is for Bob, which is not a trusted folder',
    );
    await expect(trustedPeople({ parents: [at('missing')] })).rejects.toThrow(
      'cannot read the folder of people',
    );
  });
});

describe('readImportConfig', () => {
  const file = () => join(root, 'import.json');
  const read = (config: unknown) => {
    writeFileSync(file(), typeof config === 'string' ? config : JSON.stringify(config));
    return readImportConfig(file());
  };

  it('takes what the published JSON schema describes', () => {
    const path = join(import.meta.dirname, '../../../../docs/import-config.schema.json');
    const { title, ...published } = JSON.parse(readFileSync(path, 'utf8'));
    expect(title).toContain('import-folders');
    expect(published).toEqual(z.toJSONSchema(importConfigSchema));
  });

  it('reads folders relative to the file, labels and settings', async () => {
    const config = await read({
      trusted: ['photos/more/Cara', '/abs/Dan'],
      trusted_parents: ['photos/people'],
      mixed: ['photos/mixed'],
      labels: { Anna: 'Anna Karlsson', 'photos/people/Ben': 'Benjamin' },
      mixed_threshold: 0.5,
      identity_thresholds: [0.6, 0.5],
    });
    expect(config).toEqual({
      trusted: {
        folders: [at('more/Cara'), '/abs/Dan'],
        parents: [at('people')],
        labels: [
          ['Anna', 'Anna Karlsson'],
          [at('people/Ben'), 'Benjamin'],
        ],
      },
      mixed: [at('mixed')],
      options: { mixedThreshold: 0.5, identityThresholds: [0.6, 0.5] },
    });
    const cache = await makeCache(people());
    expect(cache.faceCount).toBe(8);
    expect((await trustedPeople({ ...config.trusted, folders: [] })).map(({ label }) => label)).toEqual([
      'Anna Karlsson',
      'Benjamin',
    ]);
  });

  it('says in one line what is wrong', async () => {
    for (const [config, message] of [
      ['{', /import\.json is not JSON: /],
      [[], /import\.json: Invalid input: expected object/],
      [{ trusted: 'photos' }, /import\.json: trusted: .*expected array/],
      [{ mixed_treshold: 0.4 }, /import\.json: .*mixed_treshold/],
      [{ mixed_threshold: 3 }, /import\.json: mixed_threshold: /],
      [{ identity_thresholds: [] }, /import\.json: identity_thresholds: /],
    ] as const) {
      const error = await read(config).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ name: 'ImportConfigError', message: expect.stringMatching(message) });
      expect((error as Error).message).not.toContain('\n');
    }
    await expect(readImportConfig(join(root, 'none.json'))).rejects.toThrow('none.json cannot be read');
  });
});
