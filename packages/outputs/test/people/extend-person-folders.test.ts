import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { CacheView } from '@face-sets/cache-npz';
import { OutputFolderError } from '@face-sets/files';
import { ManifestMismatchError, readManifest } from '@face-sets/manifests';
import { CACHE_FILE, makeCache, type PhotoOfTest, tempDir, tree } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  extendPersonFolders,
  extensionIsCurrent,
  KeptNumbersError,
  safeDstName,
  whyNumbersAreKept,
  writePersonFolders,
} from '../../src/index.js';

const BOX: [number, number, number, number] = [100, 80, 200, 200];
const SECOND: [number, number, number, number] = [220, 80, 320, 200];
let photos: string;
let out: string;
const at = (name: string) => join(photos, name);
/** A width of its own for each photo, as no two photos are alike. */
const widths = new Map<string, number>();
const widthOf = (name: string) => {
  if (!widths.has(name)) widths.set(name, 400 + widths.size);
  return widths.get(name);
};
const photo = (name: string, who: number, turn = 0): PhotoOfTest => ({
  path: at(name),
  width: widthOf(name),
  faces: [{ who, bbox: BOX, turn }],
});
const file = (folder: string, name: string) => join(out, folder, safeDstName(at(name)));

/** Three photos of one person, two of another, one of a third. */
const FIRST = () => [
  photo('a1.png', 0),
  photo('a2.png', 0, 5),
  photo('a3.png', 0, 10),
  photo('b1.png', 1),
  photo('b2.png', 1, 5),
  photo('c1.png', 2),
  { path: at('empty.png'), width: 500 },
];
const LABELS = [0, 0, 0, 1, 1, 2];
const NEW = () => [photo('a4.png', 0, 8), photo('c2.png', 2, 5), photo('d1.png', 3), photo('d2.png', 3, 5)];

/** The cache of some photos, whose files are as old each time. */
async function library(photos: readonly PhotoOfTest[]): Promise<CacheView> {
  const cache = await makeCache(photos);
  for (const { path, pathAliases } of cache.images) {
    for (const file of [path, ...pathAliases]) utimesSync(file, 1_600_000_000, 1_600_000_000);
  }
  return { ...cache, images: cache.images.map((image) => ({ ...image, mtime: 1.6e12 })) };
}

async function cluster(more: Partial<Parameters<typeof writePersonFolders>[0]> = {}) {
  const cache = await library(FIRST());
  return writePersonFolders({
    cache,
    cacheFile: CACHE_FILE,
    labels: LABELS,
    out,
    options: { threshold: 0.55 },
    ...more,
  });
}

const extend = (cache: CacheView, threshold?: number, sha256 = 'd'.repeat(64)) =>
  extendPersonFolders({ cache, cacheFile: { path: CACHE_FILE.path, sha256 }, out, threshold });
const grown = async (...more: PhotoOfTest[]) => library([...FIRST(), ...more]);
const manifestText = () => readFileSync(join(out, 'manifest.json'), 'utf8');

beforeEach(() => {
  const root = tempDir('extend-people');
  photos = join(root, 'photos');
  out = join(root, 'out');
});

describe('extendPersonFolders', () => {
  it('adds new faces to their people and makes new people of the others, after the highest number', async () => {
    const before = (await cluster()).manifest;
    const { manifest, labelDiff, created, removed } = await extend(await grown(...NEW()));
    expect(labelDiff).toEqual({
      renumbered: 0,
      changed: 0,
      added: [{ id: 'person_001', folder: 'person_001', faces: 1 }],
      created: [
        { id: 'person_003', folder: 'person_003', faces: 2 },
        { id: 'person_004', folder: 'person_004', faces: 2 },
      ],
    });
    expect(manifest.people.map(({ id, faces }) => [id, faces.map(({ row }) => row)])).toEqual([
      ['person_001', [0, 1, 2, 6]],
      ['person_002', [3, 4]],
      ['person_003', [5, 7]],
      ['person_004', [8, 9]],
    ]);
    expect(manifest.people[0].faces.slice(0, 3)).toEqual(before.people[0].faces);
    expect(manifest).toMatchObject({
      highest_number: 4,
      extended: { threshold: 0.55 },
      options: { threshold: 0.55 },
    });
    expect(manifest.singletons).toEqual([]);
    expect([created, removed]).toEqual([5, 1]);
    expect(existsSync(file('person_001', 'a4.png'))).toBe(true);
    expect(existsSync(join(out, '_singletons'))).toBe(false);
    expect(await readManifest(join(out, 'manifest.json'), 'cluster')).toEqual(manifest);
  });

  it('changes no byte and no time when it is run again', async () => {
    await cluster();
    const cache = await grown(...NEW());
    await extend(cache);
    const [files, text] = [tree(out), manifestText()];
    const times = readdirSync(out, { recursive: true }).map(
      (name) => statSync(join(out, String(name))).mtimeMs,
    );
    const again = await extend(cache);
    expect(again).toMatchObject({ created: 0, removed: 0, labelDiff: { added: [], created: [] } });
    expect(tree(out)).toEqual(files);
    expect(manifestText()).toBe(text);
    expect(
      readdirSync(out, { recursive: true }).map((name) => statSync(join(out, String(name))).mtimeMs),
    ).toEqual(times);
  });

  it('changes nothing where there is nothing new', async () => {
    await cluster();
    const files = tree(out);
    const { manifest } = await extend(await grown(), 0.55, CACHE_FILE.sha256);
    expect(tree(out)).toEqual(files);
    expect(manifest.extended).toBeUndefined();
  });

  it.each([
    ['renamed', ['Anna']],
    ['moved into another one', ['Family', 'Anna']],
  ])(
    'finds a folder again that its owner has %s, though files are missing, and goes on in it',
    async (_, to) => {
      await cluster();
      const folder = to.join('/');
      mkdirSync(join(out, ...to.slice(0, -1)), { recursive: true });
      renameSync(join(out, 'person_001'), join(out, folder));
      rmSync(file(folder, 'a1.png'));
      rmSync(file(folder, 'a2.png'));
      const { manifest, renamed } = await extend(await grown(...NEW()));
      expect(renamed).toEqual([{ id: 'person_001', folder }]);
      expect(manifest.people[0]).toMatchObject({ id: 'person_001', folder });
      for (const name of ['a1.png', 'a2.png', 'a3.png', 'a4.png']) {
        expect(existsSync(file(folder, name))).toBe(true);
      }
      expect(existsSync(join(out, 'person_001'))).toBe(false);
      expect((await extend(await grown(...NEW()))).renamed).toEqual([]);
    },
  );

  it('keeps people apart whom their owner has put into one folder', async () => {
    await cluster();
    renameSync(join(out, 'person_001'), join(out, 'Family'));
    for (const name of ['b1.png', 'b2.png']) renameSync(file('person_002', name), file('Family', name));
    const { manifest } = await extend(await grown(...NEW(), photo('b3.png', 1, 3)));
    expect(manifest.people.slice(0, 2).map(({ id, folder, faces }) => [id, folder, faces.length])).toEqual([
      ['person_001', 'Family', 4],
      ['person_002', 'Family', 3],
    ]);
    expect(existsSync(file('Family', 'b3.png'))).toBe(true);
  });

  it('does not take the folder of a friend on the same photo for one that is gone', async () => {
    const both = {
      path: at('both.png'),
      faces: [
        { who: 0, bbox: BOX },
        { who: 1, bbox: SECOND },
      ],
    };
    const first = [photo('a1.png', 0), both, photo('b1.png', 1)];
    await writePersonFolders({
      cache: await library(first),
      cacheFile: CACHE_FILE,
      labels: [0, 0, 1, 1],
      out,
      options: { threshold: 0.55 },
    });
    rmSync(join(out, 'person_002'), { recursive: true });
    const { manifest, renamed } = await extend(await library([...first, photo('b2.png', 1)]));
    expect(renamed).toEqual([]);
    expect(manifest.people.map(({ folder }) => folder)).toEqual(['person_001', 'person_002']);
    expect(readdirSync(join(out, 'person_002'))).toHaveLength(3);
  });

  it('never uses the number of someone again of whom nothing is left', async () => {
    await cluster();
    const without = [...FIRST().filter(({ path }) => !/b\d/.test(path)), ...NEW()];
    const { manifest, vanished } = await extend(await library(without));
    expect(vanished).toEqual([
      { source: at('b1.png'), faces: 1 },
      { source: at('b2.png'), faces: 1 },
    ]);
    expect(manifest.people.map(({ id }) => id)).toEqual(['person_001', 'person_003', 'person_004']);
    expect(existsSync(join(out, 'person_002'))).toBe(false);
    const last = await library(
      without.filter(({ path }) => !/d\d/.test(path)).concat(photo('e1.png', 4), photo('e2.png', 4)),
    );
    const later = await extend(last);
    expect(later.manifest.people.map(({ id }) => id)).toEqual(['person_001', 'person_003', 'person_005']);
    expect(later.manifest.highest_number).toBe(5);
  });

  it('does not give a new person a number that a folder of someone else is called by', async () => {
    await cluster();
    renameSync(join(out, 'person_001'), join(out, 'person_003'));
    const { manifest } = await extend(await grown(...NEW()));
    expect(manifest.people.map(({ id, folder }) => [id, folder])).toEqual([
      ['person_001', 'person_003'],
      ['person_002', 'person_002'],
      ['person_004', 'person_004'],
      ['person_005', 'person_005'],
    ]);
  });

  it('reports photos that were replaced, takes their faces out and the new ones in', async () => {
    await cluster();
    const [a1, ...others] = FIRST();
    const cache = await library([{ ...a1, superseded: true }, ...others, photo('a1.png', 1, 4)]);
    const { manifest, superseded, labelDiff } = await extend(cache);
    expect(superseded).toEqual([{ source: at('a1.png'), faces: 1 }]);
    expect(labelDiff.added).toEqual([{ id: 'person_002', folder: 'person_002', faces: 1 }]);
    expect(manifest.people.map(({ faces }) => faces.map(({ row }) => row))).toEqual([
      [1, 2],
      [3, 4, 6],
    ]);
    expect(existsSync(file('person_001', 'a1.png'))).toBe(false);
  });

  it('knows faces by their photos, not by their rows', async () => {
    await cluster();
    const turned = [...NEW(), ...FIRST()].reverse();
    const { manifest, labelDiff } = await extend(await library(turned));
    expect(labelDiff).toMatchObject({
      renumbered: 0,
      changed: 0,
      added: [{ id: 'person_001', folder: 'person_001', faces: 1 }],
    });
    const found = manifest.people.map(({ faces }) => faces.map(({ source }) => source.slice(-6)).sort());
    expect(found.slice(0, 2)).toEqual([
      ['a1.png', 'a2.png', 'a3.png', 'a4.png'],
      ['b1.png', 'b2.png'],
    ]);
    expect(found.slice(2).sort()).toEqual([
      ['c1.png', 'c2.png'],
      ['d1.png', 'd2.png'],
    ]);
  });

  it('takes two faces on a photo for two people, unless clustering did not either', async () => {
    const twice: PhotoOfTest = {
      path: at('twice.png'),
      faces: [
        { who: 0, bbox: BOX, turn: 4 },
        { who: 0, bbox: SECOND, turn: 50 },
      ],
    };
    await cluster();
    expect((await extend(await grown(twice))).labelDiff.added).toEqual([
      { id: 'person_001', folder: 'person_001', faces: 1 },
    ]);
    rmSync(out, { recursive: true });
    await cluster({ options: { threshold: 0.55, cannotLink: false } });
    expect((await extend(await grown(twice))).labelDiff.added).toEqual([
      { id: 'person_001', folder: 'person_001', faces: 2 },
    ]);
  });

  it('looks at faces again that were alone when the threshold is another', async () => {
    await cluster();
    const further = photo('a5.png', 0, 60);
    expect((await extend(await grown(further), 0.3)).labelDiff.added).toEqual([]);
    expect((await extend(await grown(further), 0.3)).labelDiff.added).toEqual([]);
    expect((await extend(await grown(further), 0.6)).labelDiff.added).toEqual([
      { id: 'person_001', folder: 'person_001', faces: 1 },
    ]);
  });

  it('goes on with the threshold of the output unless it is told another, and then with that', async () => {
    await cluster({ options: { threshold: 0.3 } });
    const [further, another] = [photo('a5.png', 0, 60), photo('a6.png', 0, 62)];
    expect((await extend(await grown(further))).labelDiff.added).toEqual([]);
    const joined = [{ id: 'person_001', folder: 'person_001', faces: 1 }];
    expect((await extend(await grown(further), 0.6)).labelDiff.added).toEqual(joined);
    const { labelDiff, manifest } = await extend(await grown(further, another));
    expect(labelDiff.added).toEqual(joined);
    expect(manifest.extended).toEqual({ threshold: 0.6 });
  });

  it('does not look at faces again that a clustering without a threshold has left alone, unless told one', async () => {
    await cluster({ options: { algorithm: 'hdbscan' }, labels: [0, 0, 2, 1, 1, 3] });
    expect((await extend(await grown())).labelDiff.added).toEqual([]);
    expect((await extend(await grown(), 0.55)).labelDiff.added).toEqual([
      { id: 'person_001', folder: 'person_001', faces: 1 },
    ]);
  });

  it('says when there is nothing to do without reading the cache', async () => {
    await cluster();
    const made = { cacheSha256: CACHE_FILE.sha256, threshold: 0.55 };
    expect(await extensionIsCurrent(out, 'cluster', made)).not.toBeNull();
    expect(await extensionIsCurrent(out, 'cluster', { ...made, threshold: 0.5 })).toBeNull();
    expect(await extensionIsCurrent(out, 'cluster', { ...made, cacheSha256: 'e'.repeat(64) })).toBeNull();
    renameSync(join(out, 'person_001'), join(out, 'Anna'));
    expect(await extensionIsCurrent(out, 'cluster', made)).toBeNull();
  });

  it('refuses what is no output of clustering, and another cache, and leaves both as they are', async () => {
    await expect(extend(await grown())).rejects.toThrow(OutputFolderError);
    expect(existsSync(out)).toBe(false);
    await cluster();
    const files = tree(out);
    const other = await library([photo('x.png', 4), photo('y.png', 4)]);
    await expect(extend(other)).rejects.toThrow(ManifestMismatchError);
    await expect(extend(other)).rejects.toThrow(/6 of the 6 faces of .*manifest\.json are not in the cache/);
    expect(tree(out)).toEqual(files);
  });

  it.skipIf(process.platform === 'win32')(
    'says so when a folder was given a name that not all systems have',
    async () => {
      await cluster();
      renameSync(join(out, 'person_001'), join(out, 'Anna: 2019'));
      await expect(extend(await grown(...NEW()))).rejects.toThrow(
        /Anna: 2019 holds the photos of person_001, but other systems cannot hold its name/,
      );
    },
  );

  it('does not follow a link in place of a folder', async () => {
    await cluster();
    const elsewhere = join(out, '..', 'elsewhere');
    renameSync(join(out, 'person_001'), elsewhere);
    symlinkSync(elsewhere, join(out, 'Anna'));
    const { manifest } = await extend(await grown(...NEW()));
    expect(manifest.people[0].folder).toBe('person_001');
    expect(readdirSync(elsewhere)).toHaveLength(3);
  });

  it('leaves alone what others have put into the folders', async () => {
    await cluster();
    writeFileSync(join(out, 'person_001', 'notes.txt'), 'mine');
    await extend(await grown(...NEW()));
    expect(readFileSync(join(out, 'person_001', 'notes.txt'), 'utf8')).toBe('mine');
  });
});

describe('clustering an output again that has grown', () => {
  it('is refused, as it would number everyone anew, unless that is asked for', async () => {
    await cluster();
    await extend(await grown(...NEW()));
    await expect(cluster()).rejects.toThrow(KeptNumbersError);
    await expect(cluster()).rejects.toThrow(/has been extended, and would be renumbered/);
    const { manifest } = await cluster({ recluster: true });
    expect(manifest).toMatchObject({
      highest_number: 2,
      people: [{ id: 'person_001' }, { id: 'person_002' }],
    });
    expect(manifest.extended).toBeUndefined();
    await cluster();
  });

  it('is refused where folders were renamed, too', async () => {
    await cluster();
    expect(await whyNumbersAreKept(out, 'cluster')).toBeNull();
    renameSync(join(out, 'person_002'), join(out, 'Ben'));
    expect(await whyNumbersAreKept(out, 'cluster')).toMatch(/person_002 is now Ben/);
    await expect(cluster()).rejects.toThrow(/person_002 is now Ben/);
    await cluster({ recluster: true });
    expect(readdirSync(out).sort()).toEqual([
      '_noface',
      '_singletons',
      'manifest.json',
      'person_001',
      'person_002',
    ]);
  });
});
