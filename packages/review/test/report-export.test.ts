import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheView } from '@face-sets/cache-npz';
import { rankFaces } from '@face-sets/fsz-export';
import { readManifest, type SwapFacesetManifest } from '@face-sets/manifests';
import { exportSwap, writePersonFolders, writeRefinedFolders } from '@face-sets/outputs';
import { CACHE_FILE, drawnFaceFinder, makeCache, peopleOf, tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeReport } from '../src/index.js';

const W600K = '4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43';

interface PageGroup {
  group: { id: string; type: string; note?: string; means?: object[] };
  faces: {
    rank?: number;
    bundles?: string[];
    effect?: number;
    year?: number;
    enlarged?: number;
    score?: number;
    reason?: { code: string };
  }[];
}

describe('the report of an export', () => {
  let data: { model: { files?: object[]; problems: object[] }; groups: PageGroup[] };
  let faceset: SwapFacesetManifest;
  let people: number;
  let cache: CacheView;
  const out = join(tempDir('report-export'), 'swap');

  beforeAll(async () => {
    const dir = tempDir('report-export');
    // Four faces of a person, the third small, the last far from the others; a single one near to them, and a tiny one.
    const faces = [0, 4, 8, 40].map((turn, i) => {
      const side = i === 2 ? 40 : 120;
      const bbox: [number, number, number, number] = [
        200 + 9 * i,
        120,
        200 + 9 * i + side,
        120 + 1.25 * side,
      ];
      return { path: join(dir, `${i}.png`), width: 700, height: 500, faces: [{ who: 0, bbox, turn }] };
    });
    const near = { who: 0, bbox: [200, 120, 300, 245] as [number, number, number, number], turn: 50 };
    const tiny = { who: 0, bbox: [600, 400, 620, 425] as [number, number, number, number] };
    const made = await makeCache(
      [...faces, { path: join(dir, 'near.png'), width: 700, height: 500, faces: [near, tiny] }],
      512,
    );
    cache = { ...made, meta: { models: { recognition: { name: 'w600k_r50.onnx', sha256: W600K } } } };
    const { manifest: raw } = await writePersonFolders({
      cache,
      cacheFile: CACHE_FILE,
      people: peopleOf(cache, [0, 0, 0, 0, 1, 0]),
      out: join(dir, 'raw'),
      options: {},
    });
    const { manifest: refine } = await writeRefinedFolders({
      cache,
      cacheFile: CACHE_FILE,
      outcomes: [0, 1, 2, 3, 4, 5].map((row) =>
        row !== 4 ? { faceset: 1, distance: 0 } : { reason: { code: 'few-images', message: 'one photo' } },
      ),
      out: join(dir, 'refined'),
      options: {},
    });
    await exportSwap({
      cache,
      cacheFile: CACHE_FILE,
      refine,
      refineFile: { path: '/r/refine_manifest.json', sha256: 'd'.repeat(64) },
      out,
      finder: drawnFaceFinder(512),
      years: new Map([[cache.images[0].sha256, 2012]]),
      candidates: { raw, rawFile: { path: '/r/manifest.json', sha256: 'e'.repeat(64) }, minScore: 0.1 },
      options: {
        topN: [2],
        formats: ['fsz', 'rope'],
        duplicateThreshold: 0,
        outSize: 256,
        minFaceShort: 30,
        maxCropDistance: 1,
      },
    });
    people = (await writeReport(out)).people;
    data = pageData();
    faceset = await readManifest(join(out, 'faceset_001', 'manifest.json'), 'swap-faceset');
  });

  function pageData(folder = out): typeof data {
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    return JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '');
  }

  it('tells the score of a face that was left out where the cache is at hand', async () => {
    const leftOut = (groups: PageGroup[]) =>
      groups.flatMap(({ faces }) => faces.filter(({ reason }) => reason));
    expect(leftOut(data.groups)).toMatchObject([{ reason: { code: 'short-edge' } }]);
    expect(leftOut(data.groups)[0].score).toBeUndefined();
    await writeReport(out, { cache });
    const [{ score }] = rankFaces(cache as Parameters<typeof rankFaces>[0], [5]);
    expect(leftOut(pageData().groups)[0].score).toBeCloseTo(score, 4);
  });

  it('says of each bundle how far its mean is from the centroids', () => {
    const [small, all] = faceset.drift.selections;
    const distance = (cosine: number) => Math.round((1 - cosine) * 1e4) / 1e4;
    expect(data.groups[0].group.means).toEqual(
      [small, all].map(({ name, ranks, mean_cosine, photo_cosine }) => ({
        name,
        faces: ranks.length,
        drift: distance(mean_cosine),
        photoDrift: distance(photo_cosine),
      })),
    );
    // The finder sees one and the same face in all crops, and the cache four.
    expect(distance(all.photo_cosine)).toBeGreaterThan(0);
  });

  it('says of each face which small bundles it is in and what it does to the mean of all', () => {
    const [small, all] = faceset.drift.selections;
    const kept = data.groups[0].faces.filter(({ reason }) => !reason);
    expect(kept).toHaveLength(4);
    for (const { rank, bundles, effect } of kept) {
      expect(bundles).toEqual(small.ranks.includes(rank as number) ? ['top2'] : []);
      expect(effect).toBe(all.leave_one_out[rank as number]);
    }
  });

  it('tells the year of a face where it is known, and which crops are enlarged', () => {
    const years = data.groups[0].faces.map(({ year }) => year);
    expect(years.filter((year) => year !== undefined)).toEqual([2012]);
    const enlarged = data.groups[0].faces.map((face) => face.enlarged).filter((scale) => scale !== undefined);
    expect(enlarged).toEqual([2.6]);
  });

  it('links the files of all people', () => {
    expect(data.model.files).toEqual([{ label: 'merged_embeddings.txt (1)', file: 'merged_embeddings.txt' }]);
  });

  it('shows candidates after the people, and does not count them as one', () => {
    expect(people).toBe(1);
    expect(data.groups.map(({ group }) => [group.id, group.type])).toEqual([
      ['faceset_001', 'person'],
      ['to_faceset_001', 'candidates'],
    ]);
    expect(data.groups[1].faces).toHaveLength(1);
    expect(data.groups[1].group.means).toBeUndefined();
  });

  it('shows the rest where its owner has deleted a faceset or candidates', async () => {
    const copy = join(tempDir('report-export'), 'swap');
    cpSync(out, copy, { recursive: true });
    rmSync(join(copy, '_candidates'), { recursive: true });
    rmSync(join(copy, 'faceset_001'), { recursive: true });
    expect(await writeReport(copy)).toMatchObject({ people: 0, faces: 0 });
    expect(pageData(copy).model.problems).toEqual([
      { source: 'faceset_001', message: 'faceset_001 is no longer there: export again to restore it' },
      {
        source: '_candidates/to_faceset_001',
        message: 'to_faceset_001 is no longer there: export again to restore it',
      },
    ]);
    mkdirSync(join(copy, 'faceset_001'));
    writeFileSync(join(copy, 'faceset_001', 'manifest.json'), '{');
    await expect(writeReport(copy)).rejects.toThrow(/faceset_001.manifest\.json/);
  });
});
