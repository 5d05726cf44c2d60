import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheView } from '@face-sets/cache-npz';
import { FaceAnalyzer, loadModels } from '@face-sets/face-embed';
import {
  type FaceFinder,
  ForeignEmbeddingsError,
  formatNames,
  meanEmbedding,
  pngHeader,
  type SwapFormat,
} from '@face-sets/fsz-export';
import { type RefineManifest, readManifest, type SwapFacesetManifest } from '@face-sets/manifests';
import { decodeImage } from '@face-sets/photos';
import {
  CACHE_FILE,
  drawnFaceFinder,
  makeCache,
  readSafetensors,
  tempDir,
  toyModels,
  tree,
} from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportSwap, writeRefinedFolders } from '../../src/index.js';

const W600K = '4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43';

const SHAPES = {
  bbox: [4],
  kps: [5, 2],
  det_score: [],
  landmark_3d_68: [68, 3],
  pose: [3],
  landmark_2d_106: [106, 2],
  embedding: [512],
};

describe('exportSwap for other tools', () => {
  const root = tempDir('formats');
  const out = join(root, 'swap');
  let cache: CacheView;
  let refine: RefineManifest;
  const at = (name: string) => join(root, 'photos', name);
  const finder = {
    ...drawnFaceFinder(512),
    genderAge: async () => ({ gender: 1 as const, age: 41 }),
  };
  const run = (
    formats: SwapFormat[],
    more: { out?: string; cache?: CacheView; finder?: FaceFinder; merge?: boolean } = {},
  ) =>
    exportSwap({
      cache: more.cache ?? cache,
      cacheFile: CACHE_FILE,
      refine,
      refineFile: { path: '/r/refine_manifest.json', sha256: 'd'.repeat(64) },
      out: more.out ?? out,
      finder: more.finder ?? finder,
      merge: more.merge,
      options: { topN: [2, 3], outSize: 128, formats, duplicateThreshold: 0, triggerWord: 'zyx' },
    });
  const faceset = (id: string, where = out) => readManifest(join(where, id, 'manifest.json'), 'swap-faceset');

  beforeAll(async () => {
    const photos = [0, 1].flatMap((who) =>
      [0, 1, 2, 3].map((i) => ({
        path: at(`${'ab'[who]}${i}.png`),
        width: 700,
        height: 500,
        faces: [
          {
            who,
            bbox: [200 + 9 * i, 120, 310 + 9 * i, 255] as [number, number, number, number],
            turn: 8 * i,
          },
        ],
      })),
    );
    const made = await makeCache(photos, 512);
    const flat = (width: number, value: (row: number, k: number) => number) =>
      Float32Array.from({ length: made.faceCount * width }, (_, i) =>
        value(Math.floor(i / width), i % width),
      );
    cache = {
      ...made,
      meta: { models: { recognition: { name: 'w600k_r50.onnx', sha256: W600K } } },
      kps: flat(10, (row, k) => row + k / 16),
      pose: flat(3, (row, k) => (k === 1 ? 20 * (row % 4) : k)),
      landmark3d68: flat(204, (row, k) => row + k),
      landmark2d106: flat(212, (_, k) => (k === 7 ? Number.NaN : 1)),
    };
    const written = await writeRefinedFolders({
      cache,
      cacheFile: CACHE_FILE,
      outcomes: Array.from({ length: 8 }, (_, row) => ({ faceset: row < 4 ? 1 : 2, distance: 0.1 })),
      out: join(root, 'refined'),
      options: {},
    });
    refine = written.manifest;
    await run(formatNames());
  });

  const exportOf = (manifest: SwapFacesetManifest, format: string) =>
    manifest.exports.find((entry) => entry.format === format);
  /** The mean that every format must carry. */
  const meanOf = (manifest: SwapFacesetManifest, ranks: readonly number[]) =>
    meanEmbedding(
      ranks.map((rank) => {
        const { row } = manifest.faces[rank];
        return (cache.embedding as Float32Array).subarray(row * 512, row * 512 + 512);
      }),
    );

  it('writes a ReActor face model with every key, dtype and shape', async () => {
    const manifest = await faceset('faceset_001');
    const entry = exportOf(manifest, 'safetensors');
    const tensors = readSafetensors(readFileSync(join(out, 'faceset_001', entry!.files[0])));
    expect(Object.keys(tensors).sort()).toEqual([...Object.keys(SHAPES), 'age', 'gender'].sort());
    for (const [name, shape] of Object.entries(SHAPES)) {
      expect(tensors[name]).toMatchObject({ dtype: 'F32', shape });
    }
    expect(tensors.gender).toEqual({ dtype: 'I64', shape: [], values: [1] });
    expect(tensors.age).toEqual({ dtype: 'I64', shape: [], values: [41] });
    const best = manifest.faces[entry!.ranks[0]];
    expect(tensors.bbox.values.map(Math.round)).toEqual(best.bbox.map(Math.round));
    expect(tensors.kps.values[3]).toBe(best.row + 3 / 16);
    expect(tensors.pose.values).toEqual([0, 20 * (best.row % 4), 2]);
    // A row that is not finite throughout was not measured.
    expect(tensors.landmark_2d_106.values.every((value) => value === 0)).toBe(true);
    expect(tensors.embedding.values).toEqual([...meanOf(manifest, entry!.ranks)]);
  });

  it('says of gender and age what the model of the pack says of the best face in its photo, or that it knows neither', async () => {
    const analyzer = new FaceAnalyzer(await loadModels(await toyModels()));
    const told = async (name: string, finder: FaceFinder) => {
      const where = join(root, name);
      await run(['safetensors'], { out: where, finder });
      const manifest = await faceset('faceset_001', where);
      const { files, gender_age, ranks } = exportOf(manifest, 'safetensors')!;
      const { gender, age } = readSafetensors(readFileSync(join(where, 'faceset_001', files[0])));
      return { best: manifest.faces[ranks[0]], gender_age, gender: gender.values[0], age: age.values[0] };
    };
    const { best, ...known } = await told('known', {
      ...drawnFaceFinder(512),
      genderAge: (image, bbox) => analyzer.genderAge(image, bbox),
    });
    const { image } = await decodeImage(best.source);
    const said = await analyzer.genderAge(image, best.bbox);
    expect(known).toEqual({ gender_age: said, ...said });
    expect(said?.age).toBeGreaterThan(0);
    const unknown = await told('unknown', drawnFaceFinder(512));
    expect(unknown).toMatchObject({ gender_age: null, gender: -1, age: 0 });
  });

  it('writes the same numbers for VisoMaster and for Rope, under the owner’s names', async () => {
    writeFileSync(join(out, 'faceset_002', 'NAME.txt'), 'Ann Other\nsomething else\n');
    const { written, renamed } = await run(formatNames());
    expect([written, renamed]).toEqual([[], ['faceset_002']]);
    const { exports } = await faceset('faceset_002');
    expect(exports.find(({ format }) => format === 'safetensors')?.files).toEqual(['Ann Other.safetensors']);
    expect(existsSync(join(out, 'faceset_002', 'Ann Other.safetensors'))).toBe(true);
    expect(existsSync(join(out, 'faceset_002', 'faceset_002.safetensors'))).toBe(false);
    const viso = JSON.parse(readFileSync(join(out, 'visomaster_embeddings.json'), 'utf8'));
    expect(viso.map((entry: { name: string }) => entry.name)).toEqual(['faceset_001', 'Ann Other']);
    const lines = readFileSync(join(out, 'merged_embeddings.txt'), 'utf8').split('\n');
    expect(lines).toHaveLength(2 * 513 + 1);
    for (const [i, id] of ['faceset_001', 'faceset_002'].entries()) {
      const manifest = await faceset(id);
      const mean = [...meanOf(manifest, exportOf(manifest, 'safetensors')!.ranks)];
      expect(Object.keys(viso[i])).toEqual(['name', 'embedding_store']);
      expect(viso[i].embedding_store).toEqual({ Inswapper128ArcFace: mean });
      expect(lines[i * 513]).toBe(`Name: ${viso[i].name}`);
      expect(lines.slice(i * 513 + 1, (i + 1) * 513).map(Number)).toEqual(mean);
    }
  });

  it('puts the selected crops into a flat folder, best first', async () => {
    const manifest = await faceset('faceset_001');
    const { files, ranks } = exportOf(manifest, 'images')!;
    expect(files).toEqual(['images/0000.png', 'images/0001.png', 'images/0002.png']);
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    files.forEach((file, i) => {
      const crop = readFileSync(join(out, 'faceset_001', manifest.faces[ranks[i]].file));
      expect(readFileSync(join(out, 'faceset_001', file)).equals(crop)).toBe(true);
    });
  });

  it('writes a training folder of wider pictures inside the photo, each with a caption', async () => {
    const manifest = await faceset('faceset_001');
    const { files, images, skipped } = exportOf(manifest, 'lora')!;
    expect(skipped).toEqual([]);
    expect(readdirSync(join(out, 'faceset_001', 'lora')).sort()).toEqual(
      files.map((file) => file.slice('lora/'.length)).sort(),
    );
    const views = ['facing the camera', 'head turned', 'head turned', 'in profile'];
    for (const { file, region, rank, upscaled } of images!) {
      const { width, height } = pngHeader(readFileSync(join(out, 'faceset_001', file)));
      expect([width, height]).toEqual([512, 512]);
      const [x1, y1, x2, y2] = manifest.faces[rank].bbox;
      const [x, y, side] = region;
      expect(side).toBe(Math.round(3 * (y2 - y1)));
      expect(x <= x1 && y <= y1 && x + side >= x2 && y + side >= y2).toBe(true);
      expect(x >= 0 && y >= 0 && x + side <= 700 && y + side <= 500).toBe(true);
      // More room below the face than above: the shoulders.
      expect(y + side - y2).toBeGreaterThan(y1 - y);
      expect(upscaled).toBe(false);
      const caption = readFileSync(join(out, 'faceset_001', file.replace('.png', '.txt')), 'utf8');
      expect(caption).toBe(`photo of zyx, ${views[manifest.faces[rank].row % 4]}
`);
    }
  });

  it('leaves embeddings of another model out of formats that would be misread', async () => {
    const where = { out: join(root, 'other') };
    const model = (sha256: string) => ({ models: { recognition: { name: 'glintr100.onnx', sha256 } } });
    for (const format of ['safetensors', 'visomaster', 'rope'] as const) {
      const foreign = run([format], { ...where, cache: { ...cache, meta: model('a'.repeat(64)) } });
      await expect(foreign).rejects.toThrow(ForeignEmbeddingsError);
      await expect(run([format], { ...where, cache: { ...cache, meta: undefined } })).rejects.toThrow(
        'expected embeddings of w600k_r50.onnx',
      );
    }
    const { manifest } = await run(['images'], { ...where, cache: { ...cache, meta: undefined } });
    expect(manifest.facesets.map(({ bundles }) => bundles)).toEqual([[], []]);
  });

  it('tells the eras of a person apart', async () => {
    const where = join(root, 'eras');
    const [anna] = refine.facesets;
    const era = { ...anna, id: 'faceset_001_era_01', label: 'Anna', era_of: anna.id };
    await exportSwap({
      ...{ cache, cacheFile: CACHE_FILE, out: where, finder },
      refine: {
        ...refine,
        facesets: [
          { ...anna, label: 'Anna' },
          { ...era, years: [2005, 2008] },
          { ...era, id: 'faceset_001_era_02', years: null },
        ],
      },
      refineFile: { path: '/r/refine_manifest.json', sha256: 'd'.repeat(64) },
      options: { outSize: 128, formats: ['visomaster'], duplicateThreshold: 0, minEraFaces: 2 },
    });
    const people = JSON.parse(readFileSync(join(where, 'visomaster_embeddings.json'), 'utf8'));
    expect(people.map(({ name }: { name: string }) => name)).toEqual([
      'Anna',
      'Anna, era 1, 2005-2008',
      'Anna, era 2, years unknown',
    ]);
  });

  it('keeps the files of everyone when something is added without them', async () => {
    const where = join(root, 'added to');
    const before = (await run(['fsz', 'visomaster', 'rope'], { out: where })).manifest.embedding_files;
    const files = before!.map(({ file }) => readFileSync(join(where, file), 'utf8'));
    const { manifest } = await run(['fsz'], { out: where, merge: true });
    expect(manifest.embedding_files).toEqual(before);
    expect(before!.map(({ file }) => readFileSync(join(where, file), 'utf8'))).toEqual(files);
  });

  it('removes what is no longer wanted, and gives the same bytes as a new export', async () => {
    const where = join(root, 'again');
    await run(formatNames(), { out: where });
    const { manifest } = await run(['fsz'], { out: where });
    expect(manifest.embedding_files).toBeUndefined();
    const fresh = join(root, 'fresh');
    await run(['fsz'], { out: fresh });
    expect(tree(where)).toEqual(tree(fresh));
    await run(formatNames(), { out: where });
    await run(formatNames(), { out: join(root, 'fresh-all') });
    expect(tree(where)).toEqual(tree(join(root, 'fresh-all')));
  });

  it('writes over no embedding file of someone else', async () => {
    const where = join(root, 'foreign');
    await run(['fsz'], { out: where });
    writeFileSync(join(where, 'merged_embeddings.txt'), 'Name: mine\n');
    await expect(run(['fsz', 'rope'], { out: where })).rejects.toThrow('move it away');
    expect(readFileSync(join(where, 'merged_embeddings.txt'), 'utf8')).toBe('Name: mine\n');
  });
});
