import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheView } from '@face-sets/cache-npz';
import type { CandidateOptions } from '@face-sets/fsz-export';
import {
  type ClusterManifest,
  ManifestMismatchError,
  type RefineManifest,
  readManifest,
} from '@face-sets/manifests';
import { CACHE_FILE, drawnFaceFinder, makeCache, peopleOf, tempDir, tree } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { exportSwap, writePersonFolders, writeRefinedFolders } from '../../src/index.js';

let root: string;
let out: string;
let cache: CacheView;
let refine: RefineManifest;
let raw: ClusterManifest;
const at = (name: string) => join(root, 'photos', name);
const face = (who: number, x: number, more = {}) => ({
  who,
  bbox: [x, 60, x + 108, 192] as [number, number, number, number],
  ...more,
});

const run = (candidates: Partial<CandidateOptions> | null, more = {}) =>
  exportSwap({
    cache,
    cacheFile: CACHE_FILE,
    refine,
    refineFile: { path: '/r/refine_manifest.json', sha256: 'd'.repeat(64) },
    out,
    finder: drawnFaceFinder(),
    options: { outSize: 128, duplicateThreshold: 0, maxCropDistance: 1 },
    ...(candidates && {
      candidates: { raw, rawFile: { path: '/r/manifest.json', sha256: 'e'.repeat(64) }, ...candidates },
    }),
    ...more,
  });

/** Rows: 0–2 a faceset, 3 near it, 4 of low score, 5–6 two faces of a new person, 7 alone. */
beforeEach(async () => {
  root = tempDir('candidates');
  out = join(root, 'swap');
  cache = await makeCache([
    ...[90, 100, 110].map((x, i) => ({ path: at(`a${i}.png`), faces: [face(0, x)] })),
    { path: at('near.png'), faces: [face(0, 120, { turn: 50 })] },
    { path: at('poor.png'), faces: [face(0, 120, { turn: 50, detScore: 0.05, blur: 0 })] },
    { path: at('b0.png'), faces: [face(1, 90)] },
    { path: at('b1.png'), faces: [face(1, 100, { turn: 30 })] },
    { path: at('c0.png'), faces: [face(2, 100)] },
  ]);
  const manifest = await writePersonFolders({
    cache,
    cacheFile: CACHE_FILE,
    people: peopleOf(cache, [0, 0, 0, 1, 2, 3, 4, 5]),
    out: join(root, 'raw'),
    options: {},
  });
  raw = manifest.manifest;
  const refined = await writeRefinedFolders({
    cache,
    cacheFile: CACHE_FILE,
    outcomes: Array.from({ length: 8 }, (_, row) =>
      row < 3
        ? { faceset: 1, distance: 0 }
        : { reason: { code: 'few-images', message: 'only 1 good photo of this person' } },
    ),
    out: join(root, 'refined'),
    options: {},
  });
  refine = refined.manifest;
});

describe('exportSwap with candidates', () => {
  it('sorts singletons to the faceset they are near to, into new groups, and gives a reason for the rest', async () => {
    const { manifest } = await run({ minScore: 0.2 });
    expect(manifest.candidates?.groups).toMatchObject([
      { id: 'to_faceset_001', folder: '_candidates/to_faceset_001', faceset: 'faceset_001', faces: 1 },
      { id: 'new_001', folder: '_candidates/new_001', faces: 2 },
    ]);
    expect(manifest.candidates?.rejected.map(({ row, reason }) => [row, reason.code])).toEqual([
      [4, 'low-score'],
      [7, 'no-match'],
    ]);
    expect(manifest.candidates?.options).toEqual({
      match_threshold: 0.55,
      min_score: 0.2,
      group_threshold: 0.65,
    });
    const listed = await readManifest(join(out, '_candidates/new_001/manifest.json'), 'swap-faceset');
    expect(listed).toMatchObject({ id: 'new_001', status: 'candidates', bundles: [] });
    expect(listed.faces.map(({ row }) => row).sort()).toEqual([5, 6]);
    expect(readdirSync(join(out, '_candidates/new_001')).sort()).toEqual(['faces', 'manifest.json']);
    expect(readdirSync(join(out, '_candidates/to_faceset_001/faces'))).toEqual(['0000.png']);
  });

  it('puts none of them into a faceset', async () => {
    await run(null);
    const before = tree(join(out, 'faceset_001'));
    await run({ minScore: 0 });
    expect(tree(join(out, 'faceset_001'))).toEqual(before);
  });

  it('obeys its thresholds', async () => {
    const { manifest } = await run({ minScore: 0, matchThreshold: 0.3, groupThreshold: 0.1 });
    expect(manifest.candidates?.groups).toMatchObject([{ id: 'new_001', faces: 2 }]);
    const rows = await readManifest(join(out, '_candidates/new_001/manifest.json'), 'swap-faceset');
    expect(rows.faces.map(({ row }) => row).sort()).toEqual([3, 4]);
    await expect(run({ matchThreshold: 3 })).rejects.toThrow('matchThreshold: found 3, expected 0 to 2');
  });

  it('changes nothing the second time, and leaves candidates alone until the facesets change', async () => {
    await run({ minScore: 0.2 });
    const before = tree(out);
    expect(await run({ minScore: 0.2 })).toMatchObject({ written: [] });
    expect(tree(out)).toEqual(before);
    await run(null);
    expect(tree(out)).toEqual(before);
    const other = { path: '/r/refine_manifest.json', sha256: 'f'.repeat(64) };
    const { removed } = await run(null, { refineFile: other });
    expect(removed.sort()).toEqual(['_candidates/new_001', '_candidates/to_faceset_001']);
    expect(existsSync(join(out, '_candidates'))).toBe(false);
    expect(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')).candidates).toBeUndefined();
  });

  it('makes no new person of one face that is left of a group', async () => {
    const before = await run({ minScore: 0.2 });
    expect(before.manifest.candidates?.groups.map(({ id }) => id)).toContain('new_001');
    // Its other face is not to be had any more.
    rmSync(at('b1.png'));
    rmSync(join(out, '_candidates/new_001/faces/0000.png'));
    const { manifest, removed } = await run({ minScore: 0.2 });
    expect(removed).toEqual(['_candidates/new_001']);
    expect(manifest.candidates?.groups.map(({ id }) => id)).toEqual(['to_faceset_001']);
    const reasons = manifest.candidates?.rejected.map(({ row, reason }) => [row, reason.code]);
    expect(reasons).toEqual([
      [4, 'low-score'],
      [5, 'unmatched'],
      [6, 'source-missing'],
      [7, 'no-match'],
    ]);
    expect(existsSync(join(out, '_candidates/new_001'))).toBe(false);
  });

  it('refuses a raw manifest of another cache', async () => {
    const [first, ...rest] = raw.singletons;
    const singletons = [{ ...first, sha256: '0'.repeat(64) }, ...rest];
    await expect(run({ raw: { ...raw, singletons } })).rejects.toThrow(ManifestMismatchError);
  });
});
