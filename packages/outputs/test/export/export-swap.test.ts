import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { CacheView } from '@face-sets/cache-npz';
import { OutputFolderError } from '@face-sets/files';
import { validateFsz } from '@face-sets/fsz-export';
import { ManifestMismatchError, type RefineManifest, readManifest } from '@face-sets/manifests';
import {
  CACHE_FILE,
  drawnFaceFinder,
  drawPhoto,
  makeCache,
  type PhotoOfTest,
  tempDir,
  tree,
} from '@face-sets/testing';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type ExportSwapInput,
  exportSwap,
  type RefineOutcome,
  writeRefinedFolders,
} from '../../src/index.js';

let root: string;
let out: string;
let cache: CacheView;
let finder: ReturnType<typeof drawnFaceFinder>;
let refined: RefineManifest;
const at = (name: string) => join(root, 'photos', name);
const box = (x: number, size = 120): [number, number, number, number] => [
  x,
  60,
  x + size * 0.9,
  60 + size * 1.1,
];

/** Two people of four and three photos; one photo has a copy, one both people, one a person twice. */
const PHOTOS = (): PhotoOfTest[] => [
  { path: at('a0.png'), aliases: [at('copy/a0.png')], faces: [{ who: 0, bbox: box(100) }] },
  { path: at('a1.png'), faces: [{ who: 0, bbox: box(90), detScore: 0.95 }] },
  {
    path: at('a2.png'),
    faces: [
      { who: 0, bbox: box(60, 115) },
      { who: 0, bbox: box(240, 130), detScore: 0.9 },
    ],
  },
  {
    path: at('ab.png'),
    width: 500,
    faces: [
      { who: 0, bbox: box(80) },
      { who: 1, bbox: box(200) },
    ],
  },
  { path: at('b1.png'), faces: [{ who: 1, bbox: box(110) }] },
  { path: at('b2.png'), faces: [{ who: 1, bbox: box(120) }] },
  { path: at('small.png'), faces: [{ who: 0, bbox: box(150, 80) }] },
  { path: at('far.png'), faces: [{ who: 0, bbox: box(150), turn: 75 }] },
];
/** Faces: a0 a1 a2a a2b ab(0) ab(1) b1 b2 small far. */
const FACESET_OF = [0, 0, 0, 0, 0, 1, 1, 1, 0, 0];

async function refineTo(facesetOf: readonly (number | null)[]): Promise<RefineManifest> {
  const outcomes = facesetOf.map(
    (faceset): RefineOutcome =>
      faceset === null
        ? { reason: { code: 'blur', message: 'blurred' } }
        : { faceset: faceset + 1, distance: 0.1 },
  );
  const { manifest } = await writeRefinedFolders({
    cache,
    cacheFile: CACHE_FILE,
    outcomes,
    out: join(root, 'refined'),
    options: {},
  });
  return manifest;
}

const run = (more: Partial<ExportSwapInput> = {}) =>
  exportSwap({
    cache,
    cacheFile: CACHE_FILE,
    refine: refined,
    refineFile: { path: '/r/refine_manifest.json', sha256: 'd'.repeat(64) },
    out,
    finder,
    ...more,
    // The drawn faces of a person are all alike.
    options: { topN: 2, outSize: 128, duplicateThreshold: 0, ...more.options },
  });

beforeEach(async () => {
  root = tempDir('export-swap');
  out = join(root, 'swap');
  cache = await makeCache(PHOTOS());
  finder = drawnFaceFinder();
  refined = await refineTo(FACESET_OF);
});

describe('exportSwap', () => {
  it('writes ranked crops, bundles, manifests and a name for each faceset', async () => {
    const { manifest, written } = await run();
    expect(written).toEqual(['faceset_001', 'faceset_002']);
    expect(Object.keys(tree(join(out, 'faceset_001')))).toEqual([
      'NAME.txt',
      'faces/0000.png',
      'faces/0001.png',
      'faces/0002.png',
      'faces/0003.png',
      'faceset_001_all.fsz',
      'faceset_001_top2.fsz',
      'manifest.json',
    ]);
    expect(await validateFsz(join(out, 'faceset_001', 'faceset_001_all.fsz'), 128)).toBe(4);
    expect(await validateFsz(join(out, 'faceset_001', 'faceset_001_top2.fsz'), 128)).toBe(2);
    const faceset = await readManifest(join(out, 'faceset_001', 'manifest.json'), 'swap-faceset');
    const scores = faceset.faces.map((face) => face.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(faceset.faces[0]).toMatchObject({
      rank: 0,
      file: 'faces/0000.png',
      crop: { method: 'plain', distance: 0 },
    });
    expect(manifest.summary).toMatchObject({ facesets: 2, thin: 0, empty: 0, faces: 7, rejected: 3 });
    expect(await readManifest(join(out, 'manifest.json'), 'export-swap')).toEqual(manifest);
  });

  it('says of every face of the refine manifest what became of it', async () => {
    await run();
    const faceset = await readManifest(join(out, 'faceset_001', 'manifest.json'), 'swap-faceset');
    expect(faceset.rejected.map((face) => [face.row, face.reason.code])).toEqual([
      [2, 'same-image'],
      [8, 'short-edge'],
      [9, 'outlier'],
    ]);
    const rows = [...faceset.faces, ...faceset.rejected].map((face) => face.row);
    expect(rows.sort((a, b) => a - b)).toEqual(refined.facesets[0].faces.map((face) => face.row));
  });

  it('cuts a photo with copies once, and names the copies', async () => {
    await run();
    const faceset = await readManifest(join(out, 'faceset_001', 'manifest.json'), 'swap-faceset');
    expect(faceset.faces.filter((face) => face.source === at('a0.png')).map((face) => face.aliases)).toEqual([
      [at('copy/a0.png')],
    ]);
  });

  it('does nothing when it is run again, byte for byte', async () => {
    await run();
    const before = tree(out);
    const { decoded } = finder;
    const count = decoded.length;
    const again = await run();
    expect(again).toMatchObject({ written: [], unchanged: ['faceset_001', 'faceset_002'], removed: [] });
    expect(decoded).toHaveLength(count);
    expect(tree(out)).toEqual(before);
  });

  it('gives the same bytes in another folder, with another number of workers', async () => {
    await run();
    await run({ out: join(root, 'other'), options: { concurrency: 5 } });
    expect(tree(join(root, 'other'))).toEqual(tree(out));
  });

  it('makes only the facesets anew that changed', async () => {
    await run();
    const before = tree(join(out, 'faceset_002'));
    const inode = statSync(join(out, 'faceset_002')).ino;
    refined = await refineTo(FACESET_OF.map((faceset, row) => (row === 1 ? null : faceset)));
    expect(await run()).toMatchObject({ written: ['faceset_001'], unchanged: ['faceset_002'] });
    expect(tree(join(out, 'faceset_002'))).toEqual(before);
    expect(statSync(join(out, 'faceset_002')).ino).toBe(inode);
    expect(readdirSync(join(out, 'faceset_001', 'faces'))).toHaveLength(3);
  });

  it('makes all anew for other options or other models, and mends a faceset that lost a file', async () => {
    await run();
    expect((await run({ options: { padRatio: 0.4 } })).written).toHaveLength(2);
    expect(
      (await run({ options: { padRatio: 0.4 }, finder: { ...finder, identity: 'other' } })).written,
    ).toHaveLength(2);
    await run();
    rmSync(join(out, 'faceset_002', 'faces', '0001.png'));
    expect((await run()).written).toEqual(['faceset_002']);
  });

  it("keeps the owner's name, and lets it follow the person when facesets are numbered anew", async () => {
    await run();
    expect(readFileSync(join(out, 'faceset_001', 'NAME.txt'), 'utf8')).toBe('faceset_001\n');
    writeFileSync(join(out, 'faceset_001', 'NAME.txt'), 'Ann\n');
    writeFileSync(join(out, 'faceset_002', 'NAME.txt'), 'Bob\n');
    await run();
    expect(readFileSync(join(out, 'faceset_001', 'NAME.txt'), 'utf8')).toBe('Ann\n');
    refined = await refineTo(FACESET_OF.map((faceset) => 1 - faceset));
    await run();
    expect(readFileSync(join(out, 'faceset_001', 'NAME.txt'), 'utf8')).toBe('Bob\n');
    expect(readFileSync(join(out, 'faceset_002', 'NAME.txt'), 'utf8')).toBe('Ann\n');
  });

  it('remembers the name of a person who has no faceset for a while', async () => {
    await run();
    writeFileSync(join(out, 'faceset_002', 'NAME.txt'), 'Bob\n');
    refined = await refineTo(FACESET_OF.map((faceset) => (faceset === 1 ? null : faceset)));
    expect((await run()).removed).toEqual(['faceset_002']);
    expect(existsSync(join(out, 'faceset_002'))).toBe(false);
    refined = await refineTo(FACESET_OF);
    await run();
    expect(readFileSync(join(out, 'faceset_002', 'NAME.txt'), 'utf8')).toBe('Bob\n');
    expect(existsSync(join(out, '.face-sets-names.json'))).toBe(false);
  });

  it.each(['[{"text": "Qm9', '{}'])('does not go on without names that it cannot read: %s', async (text) => {
    await run();
    const path = join(out, '.face-sets-names.json');
    writeFileSync(path, text);
    await expect(run()).rejects.toThrow(
      `${path} is damaged: expected the names of people who have no faceset; remove it to continue without them`,
    );
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('keeps foreign files in a faceset that is made anew or removed', async () => {
    await run();
    writeFileSync(join(out, 'faceset_001', 'notes.txt'), 'mine');
    writeFileSync(join(out, 'faceset_002', 'faces', 'mine.png'), 'mine');
    await run({ options: { padRatio: 0.45 } });
    expect(readFileSync(join(out, 'faceset_001', 'notes.txt'), 'utf8')).toBe('mine');
    expect(readFileSync(join(out, 'faceset_002', 'faces', 'mine.png'), 'utf8')).toBe('mine');
    refined = await refineTo(FACESET_OF.map(() => null));
    await run();
    expect(Object.keys(tree(out))).toEqual([
      'faceset_001/notes.txt',
      'faceset_002/faces/mine.png',
      'manifest.json',
    ]);
  });

  it('leaves no half-written faceset when it is interrupted, and ends the work next time', async () => {
    const whole = join(root, 'whole');
    await run({ out: whole });
    const stop = new AbortController();
    await expect(
      run({
        signal: stop.signal,
        onProgress: ({ faces }) => {
          if (faces === 5) stop.abort(new Error('stopped'));
        },
      }),
    ).rejects.toThrow('stopped');
    expect(readdirSync(out).filter((name) => !name.startsWith('.'))).toEqual(['faceset_001']);
    expect(await run()).toMatchObject({ written: ['faceset_002'], unchanged: ['faceset_001'] });
    expect(tree(out)).toEqual(tree(whole));
  });

  it('recovers from a kill while a faceset takes the place of the old one', async () => {
    await run();
    writeFileSync(join(out, 'faceset_001', 'NAME.txt'), 'Ann\n');
    await run();
    const before = tree(out);
    renameSync(join(out, 'faceset_001'), join(out, '.face-sets-tmp-old-faceset_001'));
    mkdirSync(join(out, '.face-sets-tmp-abc123', 'faces'), { recursive: true });
    writeFileSync(join(out, '.face-sets-tmp-abc123', 'faces', 'cut-0'), 'half');
    expect(await run()).toMatchObject({ written: [] });
    expect(tree(out)).toEqual(before);
  });

  it('puts a faceset of few faces into _thin and lists one without any', async () => {
    refined = await refineTo([0, 0, 0, null, 0, 1, 1, null, 2, null]);
    const { manifest } = await run();
    expect(manifest.facesets.map(({ folder, status, faces }) => [folder, status, faces])).toEqual([
      ['faceset_001', 'ok', 4],
      ['_thin/faceset_002', 'thin', 2],
    ]);
    expect(manifest.empty).toMatchObject([
      { id: 'faceset_003', rejected: [{ row: 8, reason: { code: 'short-edge' } }] },
    ]);
    expect(manifest.summary).toMatchObject({ facesets: 2, thin: 1, empty: 1 });
    expect(existsSync(join(out, '_thin', 'faceset_002', 'faceset_002_all.fsz'))).toBe(true);
    await run({ options: { minFaces: 2 } });
    expect(existsSync(join(out, '_thin'))).toBe(false);
    expect(existsSync(join(out, 'faceset_002'))).toBe(true);
  });

  it('rejects faces of photos that are gone, and takes them again when they are back', async () => {
    const photo = readFileSync(at('b1.png'));
    const { mtime } = statSync(at('b1.png'));
    rmSync(at('b1.png'));
    rmSync(at('a0.png'));
    const { manifest } = await run();
    expect(manifest.summary.rejected_by).toMatchObject({ 'source-missing': 1 });
    // The copy of a0 stood in for it.
    expect(finder.decoded).toContain(at('copy/a0.png'));
    writeFileSync(at('b1.png'), photo);
    utimesSync(at('b1.png'), mtime, mtime);
    const { manifest: second, written } = await run();
    expect(written).toEqual(['faceset_002']);
    expect(second.summary.rejected_by).not.toHaveProperty('source-missing');
  });

  it('refuses a refine manifest of another cache, a foreign folder and impossible options', async () => {
    const other = { ...cache, bbox: cache.bbox!.map((value) => value + 3) };
    await expect(run({ cache: other })).rejects.toThrow(ManifestMismatchError);
    await expect(run({ options: { topN: 0 } })).rejects.toThrow(
      'option topN: found 0, expected whole numbers from 1',
    );
    mkdirSync(out);
    writeFileSync(join(out, 'x.txt'), 'x');
    await expect(run()).rejects.toThrow(OutputFolderError);
  });

  it('tells how far it has come, to the end', async () => {
    const steps: number[] = [];
    await run({ onProgress: ({ faces, totalFaces }) => steps.push(faces / totalFaces) });
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps.at(-1)).toBe(1);
  });

  it('writes several small bundles when asked to', async () => {
    const { manifest } = await run({ options: { topN: [3, 1] } });
    expect(manifest.facesets[0].bundles.map(({ file, faces }) => [file, faces])).toEqual([
      ['faceset_001_top1.fsz', 1],
      ['faceset_001_top3.fsz', 3],
      ['faceset_001_all.fsz', 4],
    ]);
  });

  it('keeps the best of near-duplicates, and says of each of the others which face represents it', async () => {
    // A person's drawn faces are one picture at different places, except where the head has another shape.
    cache = await makeCache([
      ...PHOTOS(),
      { path: at('wide.png'), faces: [{ who: 0, bbox: [90, 80, 220, 220] }] },
      { path: at('tall.png'), faces: [{ who: 0, bbox: [120, 50, 225, 230] }] },
    ]);
    refined = await refineTo([...FACESET_OF, 0, 0]);
    const { manifest } = await run({ options: { duplicateThreshold: 0.15, minFaces: 1 } });
    const faceset = await readManifest(join(out, 'faceset_001', 'manifest.json'), 'swap-faceset');
    const duplicates = faceset.rejected.filter(({ reason }) => reason.code === 'near-duplicate');
    expect(duplicates.length).toBeGreaterThanOrEqual(2);
    const scores = new Map(faceset.faces.map((face) => [face.row, face.score]));
    for (const { reason } of duplicates) {
      const represented = scores.get(reason.represented_by as number) as number;
      expect(reason.limit).toBeCloseTo(represented, 5);
      expect(represented).toBeGreaterThanOrEqual(reason.value as number);
    }
    expect(faceset.faces.map(({ row }) => row)).toEqual(expect.arrayContaining([10, 11]));
    expect(manifest.summary.rejected_by['near-duplicate']).toBeGreaterThanOrEqual(2);
  });

  it('lets another stand for a near-duplicate where the photo of the better one is gone', async () => {
    const faceset1 = () => readManifest(join(out, 'faceset_001', 'manifest.json'), 'swap-faceset');
    await run({ options: { duplicateThreshold: 0.15, minFaces: 1 } });
    const [twin] = (await faceset1()).rejected.filter(({ reason }) => reason.code === 'near-duplicate');
    const best = (await faceset1()).faces.find(({ row }) => row === twin.reason.represented_by);
    for (const path of [best!.source, ...best!.aliases]) rmSync(path);
    await run({ options: { duplicateThreshold: 0.15, minFaces: 1, padRatio: 0.45 } });
    const { faces, rejected } = await faceset1();
    expect(rejected.find(({ row }) => row === best!.row)?.reason.code).toBe('source-missing');
    const exported = faces.map(({ row }) => row);
    const reason = rejected.find(({ row }) => row === twin.row)?.reason;
    expect(exported).toContain(reason?.represented_by ?? twin.row);
  });

  it('leaves no crop behind of a face that was cut before another took its place', async () => {
    const seen = { who: 0, bbox: box(240), turn: 40, detScore: 0.9 };
    const drawn = drawPhoto(400, 300, [seen]);
    const raw = { width: drawn.width, height: drawn.height, channels: 3 as const };
    cache = await makeCache([
      // The better one of its two faces is not to be seen; the other one is a copy of that in the second photo.
      {
        path: at('two.png'),
        faces: [{ who: 0, bbox: box(60), detScore: 0.95 }, seen],
        content: await sharp(drawn.data, { raw }).png().toBuffer(),
      },
      { path: at('one.png'), faces: [{ ...seen, detScore: 0.8 }] },
    ]);
    refined = await refineTo([0, 0, 0]);
    await run({ options: { duplicateThreshold: 0.15, minFaces: 1 } });
    const { faces, rejected } = await readManifest(join(out, 'faceset_001', 'manifest.json'), 'swap-faceset');
    expect(faces.map(({ row }) => row)).toEqual([1]);
    expect(rejected.map(({ row, reason }) => [row, reason.code])).toEqual([
      [0, 'not-found-again'],
      [2, 'near-duplicate'],
    ]);
    expect(readdirSync(join(out, 'faceset_001', 'faces'))).toEqual(['0000.png']);
  });

  it('tells for each bundle where its mean points and what each face does to it', async () => {
    await run({ options: { topN: [2, 3] } });
    const { drift, faces } = await readManifest(join(out, 'faceset_001', 'manifest.json'), 'swap-faceset');
    expect(drift.selections.map(({ name, select }) => [name, select])).toEqual([
      ['top2', 'diverse'],
      ['top3', 'diverse'],
      ['all', 'all'],
    ]);
    for (const { ranks, mean_cosine, photo_cosine, leave_one_out } of drift.selections) {
      expect(leave_one_out).toHaveLength(ranks.length);
      expect(mean_cosine).toBeCloseTo(1, 6);
      expect(photo_cosine).toBeCloseTo(1, 6);
    }
    expect(drift.selections[2].ranks).toEqual(faces.map(({ rank }) => rank));
  });

  it('takes the best scores for the small bundles with select best', async () => {
    await run({ options: { topN: [1, 3], select: 'best' } });
    const { drift } = await readManifest(join(out, 'faceset_001', 'manifest.json'), 'swap-faceset');
    expect(drift.selections.map(({ ranks }) => ranks)).toEqual([[0], [0, 1, 2], [0, 1, 2, 3]]);
  });

  it('notes the years it is told, and flags crops that are enlarged more than twice', async () => {
    const years = new Map([[cache.images[4].sha256, 2011]]);
    await run({ years, options: { outSize: 1024 } });
    const { faces } = await readManifest(join(out, 'faceset_002', 'manifest.json'), 'swap-faceset');
    expect(faces.filter(({ year }) => year === 2011).map(({ row }) => row)).toEqual([6]);
    expect(faces.every(({ crop }) => crop.upscaled && crop.scale > 2)).toBe(true);
    await run({ out: join(root, 'small') });
    const small = await readManifest(join(root, 'small', 'faceset_002', 'manifest.json'), 'swap-faceset');
    expect(small.faces.some(({ crop }) => crop.upscaled)).toBe(false);
  });

  it('adds facesets to an earlier export without touching the others, if asked to', async () => {
    const all = refined;
    refined = { ...all, facesets: [all.facesets[0]] };
    await run();
    const before = tree(join(out, 'faceset_001'));
    refined = { ...all, facesets: [all.facesets[1]] };
    const { manifest, removed } = await run({ merge: true });
    expect(removed).toEqual([]);
    expect(manifest.facesets.map(({ id }) => id)).toEqual(['faceset_001', 'faceset_002']);
    expect(tree(join(out, 'faceset_001'))).toEqual(before);
    refined = all;
    expect(await run()).toMatchObject({ written: [], unchanged: ['faceset_001', 'faceset_002'] });
    refined = { ...all, facesets: [all.facesets[1]] };
    expect((await run()).removed).toEqual(['faceset_001']);
  });
});
