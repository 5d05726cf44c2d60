import { existsSync, readdirSync, renameSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheView } from '@face-sets/cache-npz';
import { agglomerative, refine } from '@face-sets/cluster';
import { readManifest } from '@face-sets/manifests';
import { gateFace } from '@face-sets/quality';
import { CACHE_FILE, makeCache, type PhotoOfTest, tempDir, tree } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  extendPersonFolders,
  extendRefinedFolders,
  KeptNumbersError,
  refineOutcomes,
  safeDstName,
  writePersonFolders,
  writeRefinedFolders,
} from '../../src/index.js';

const BOX: [number, number, number, number] = [100, 80, 200, 200];
const THRESHOLD = 0.55;
const OPTIONS = { initialThreshold: THRESHOLD, mergeThreshold: 0.4, outlierThreshold: 0.3, minFaces: 3 };
let photos: string;
let raw: string;
let out: string;
type Face = NonNullable<PhotoOfTest['faces']>[number];
/** A width of its own for each photo, as no two photos are alike. */
const widths = new Map<string, number>();
const widthOf = (name: string) => {
  if (!widths.has(name)) widths.set(name, 400 + widths.size);
  return widths.get(name);
};
const photo = (name: string, who: number, more: Partial<Face> = {}): PhotoOfTest => ({
  path: join(photos, name),
  width: widthOf(name),
  faces: [{ who, bbox: BOX, ...more }],
});

/** Four good photos of one person, three of another, two (too few) of a third. */
const FIRST = () => [
  ...[0, 1, 2, 3].map((i) => photo(`a${i}.png`, 0, { turn: i })),
  ...[0, 1, 2].map((i) => photo(`b${i}.png`, 1, { turn: i })),
  ...[0, 1].map((i) => photo(`c${i}.png`, 2, { turn: i })),
  photo('blurred.png', 0, { blur: 3 }),
];

async function library(...more: PhotoOfTest[]): Promise<CacheView> {
  const cache = await makeCache([...FIRST(), ...more]);
  for (const { path } of cache.images) utimesSync(path, 1_600_000_000, 1_600_000_000);
  return { ...cache, images: cache.images.map((image) => ({ ...image, mtime: 1.6e12 })) };
}

const matrixOf = (cache: CacheView) => ({ data: cache.embedding!, rows: cache.faceCount, cols: cache.dim });

async function refineAnew(cache: CacheView, recluster = false) {
  const gateReasons = Array.from({ length: cache.faceCount }, (_, row) =>
    gateFace({
      bbox: cache.bbox!.subarray(row * 4, row * 4 + 4),
      blur: cache.blur![row],
      detScore: cache.detScore![row],
    }),
  );
  const { outcomes } = await refine(matrixOf(cache), {
    imageIndex: cache.imageIndex,
    gateReasons,
    ...OPTIONS,
  });
  return writeRefinedFolders({
    cache,
    cacheFile: CACHE_FILE,
    outcomes: refineOutcomes(outcomes),
    out,
    options: OPTIONS,
    recluster,
  });
}

async function firstRun() {
  const cache = await library();
  const labels = await agglomerative(matrixOf(cache), { threshold: THRESHOLD });
  await writePersonFolders({
    cache,
    cacheFile: CACHE_FILE,
    labels,
    out: raw,
    options: { threshold: THRESHOLD },
  });
  return refineAnew(cache);
}

async function extend(cache: CacheView) {
  const cacheFile = { path: CACHE_FILE.path, sha256: 'd'.repeat(64) };
  const { person } = await extendPersonFolders({ cache, cacheFile, out: raw, threshold: THRESHOLD });
  return extendRefinedFolders({ cache, cacheFile, out, person });
}

const members = (manifest: { facesets: { id: string; faces: { source: string }[] }[] }) =>
  Object.fromEntries(
    manifest.facesets.map(({ id, faces }) => [id, faces.map(({ source }) => source.split('/').pop())]),
  );
const reasons = (manifest: { rejected: { source: string; reason: { code: string } }[] }) =>
  Object.fromEntries(manifest.rejected.map(({ source, reason }) => [source.split('/').pop(), reason.code]));

beforeEach(() => {
  const root = tempDir('extend-refined');
  photos = join(root, 'photos');
  raw = join(root, 'raw');
  out = join(root, 'out');
});

describe('extendRefinedFolders', () => {
  it('adds new faces that pass to their facesets, and gives the reason for every other one', async () => {
    await firstRun();
    const { manifest, labelDiff, created } = await extend(
      await library(
        photo('a8.png', 0, { turn: 5 }),
        photo('a9.png', 0, { turn: 50 }),
        photo('soft.png', 0, { blur: 10 }),
        photo('small.png', 1, { bbox: [10, 10, 60, 70] }),
        photo('stranger.png', 3),
      ),
    );
    expect(members(manifest)).toEqual({
      faceset_001: ['a0.png', 'a1.png', 'a2.png', 'a3.png', 'a8.png'],
      faceset_002: ['b0.png', 'b1.png', 'b2.png'],
    });
    expect(reasons(manifest)).toEqual({
      'c0.png': 'few-images',
      'c1.png': 'few-images',
      'blurred.png': 'blur',
      'a9.png': 'outlier',
      'soft.png': 'blur',
      'small.png': 'short-edge',
      'stranger.png': 'few-images',
    });
    expect(labelDiff).toEqual({
      renumbered: 0,
      changed: 0,
      added: [{ id: 'faceset_001', folder: 'faceset_001', faces: 1 }],
      created: [],
    });
    expect(created).toBe(1);
    expect(manifest.facesets[0].unique_images).toBe(5);
    expect(await readManifest(join(out, 'refine_manifest.json'), 'refine')).toEqual(manifest);
  });

  it('keeps what is known of a faceset that no face joined, and measures one anew that has grown', async () => {
    const before = (await firstRun()).manifest;
    const { manifest } = await extend(await library(photo('a8.png', 0, { turn: 20 })));
    expect(manifest.facesets[1]).toEqual(before.facesets[1]);
    const [old, now] = [before, manifest].map(({ facesets }) =>
      facesets[0].faces.map(({ distance }) => distance),
    );
    expect(now[0]).toBeGreaterThan(old[0]);
    expect(now[4]).toBeGreaterThan(now[3]);
  });

  it('makes a new faceset, after the highest number, of someone who has enough good photos by now', async () => {
    await firstRun();
    const { manifest, labelDiff } = await extend(
      await library(
        photo('c2.png', 2),
        ...[0, 1, 2, 3].map((i) => photo(`d${i}.png`, 3, { turn: i })),
        photo('e.png', 4),
      ),
    );
    expect(members(manifest)).toMatchObject({
      faceset_003: ['d0.png', 'd1.png', 'd2.png', 'd3.png'],
      faceset_004: ['c0.png', 'c1.png', 'c2.png'],
    });
    expect(labelDiff.created).toEqual([
      { id: 'faceset_003', folder: 'faceset_003', faces: 4 },
      { id: 'faceset_004', folder: 'faceset_004', faces: 3 },
    ]);
    expect(reasons(manifest)).toEqual({ 'blurred.png': 'blur', 'e.png': 'few-images' });
    expect(manifest.highest_number).toBe(4);
  });

  it('lets new people join the faceset whose centroid is near to theirs', async () => {
    await firstRun();
    // beyond the threshold of clustering for the prototypes, within that of merging for the centroids of a pair
    const cache = await library(photo('f0.png', 0, { turn: 46 }), photo('f1.png', 0, { turn: 47 }));
    const person = Int32Array.from({ length: cache.faceCount }, (_, row) => (row < 10 ? -1 : 99));
    for (const [first, last, number] of [
      [0, 4, 1],
      [4, 7, 2],
      [7, 9, 3],
    ])
      person.fill(number, first, last);
    const { manifest } = await extendRefinedFolders({ cache, cacheFile: CACHE_FILE, out, person });
    expect(members(manifest).faceset_001).toEqual([
      'a0.png',
      'a1.png',
      'a2.png',
      'a3.png',
      'f0.png',
      'f1.png',
    ]);
  });

  it('changes no byte and no time when it is run again', async () => {
    await firstRun();
    const more = [photo('a8.png', 0), photo('c2.png', 2), photo('soft.png', 0, { blur: 10 })];
    await extend(await library(...more));
    const files = tree(out);
    const times = () =>
      readdirSync(out, { recursive: true }).map((name) => statSync(join(out, String(name))).mtimeMs);
    const before = times();
    expect(await extend(await library(...more))).toMatchObject({ created: 0, removed: 0 });
    expect(tree(out)).toEqual(files);
    expect(times()).toEqual(before);
  });

  it('goes on in a folder that its owner has renamed', async () => {
    await firstRun();
    renameSync(join(out, 'faceset_002'), join(out, 'Ben'));
    const { manifest, renamed } = await extend(await library(photo('b8.png', 1)));
    expect(renamed).toEqual([{ id: 'faceset_002', folder: 'Ben' }]);
    expect(manifest.facesets[1]).toMatchObject({ id: 'faceset_002', folder: 'Ben' });
    expect(existsSync(join(out, 'Ben', safeDstName(join(photos, 'b8.png'))))).toBe(true);
    expect(existsSync(join(out, 'faceset_002'))).toBe(false);
  });

  it('keeps a faceset however few of its photos are left, and uses the number of one that is gone no more', async () => {
    await firstRun();
    const left = FIRST().filter(({ path }) => !/(a\d|b0)\.png$/.test(path));
    const cache = await makeCache([...left, ...[0, 1, 2].map((i) => photo(`d${i}.png`, 3))]);
    const { manifest, vanished } = await extend(cache);
    expect(members(manifest)).toEqual({
      faceset_002: ['b1.png', 'b2.png'],
      faceset_003: ['d0.png', 'd1.png', 'd2.png'],
    });
    expect(vanished).toHaveLength(5);
  });

  it('is not refined anew by mistake', async () => {
    await firstRun();
    const cache = await library(photo('a8.png', 0));
    await extend(cache);
    await expect(refineAnew(cache)).rejects.toThrow(KeptNumbersError);
    expect((await refineAnew(cache, true)).manifest.extended).toBeUndefined();
  });

  it('says how many people it expects, and what is no output of refining', async () => {
    const cache = await library();
    const input = { cache, cacheFile: CACHE_FILE, out };
    await expect(extendRefinedFolders({ ...input, person: [1] })).rejects.toThrow(
      '1 people for 10 faces; expected one per face',
    );
    await expect(extendRefinedFolders({ ...input, person: new Int32Array(cache.faceCount) })).rejects.toThrow(
      /is not an output of kind "refine" \(it has no refine_manifest\.json\), so there is nothing to extend: write/,
    );
  });
});
