import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FaceCacheWriter } from '@face-sets/cache-npz';
import { composeRefineManifest, exportSwap } from '@face-sets/outputs';
import {
  driftingFinder,
  driftingIdentity,
  driftingPhotos,
  seeded,
  tempDir,
  toyLibrary,
  toyModels,
} from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Finished, faceSets, treeHashes } from '../face-sets.js';

/** The tree but for what changes can be taken back with. */
const treeOf = (out: string) =>
  Object.fromEntries(Object.entries(treeHashes(out)).filter(([path]) => !path.startsWith('.face-sets-undo')));

/** A cache and an output with a faceset of the 600 photos of a generated person. */
async function generated() {
  const root = tempDir('eras');
  const cache = join(root, 'faces.npz');
  const out = join(root, 'swap');
  const identity = driftingIdentity(9, { dim: 128 });
  const photos = join(root, 'photos');
  const view = await driftingPhotos(photos, identity);
  const sha256 = 'a'.repeat(64);
  const writer = await FaceCacheWriter.open(cache, {
    models: { detection: { name: 'none', sha256 }, recognition: { name: 'generated', sha256 } },
    detection: { sizes: [640], threshold: 0.5, nms: 0.4 },
    tool: 'test',
    embeddingDim: identity.dim,
  });
  view.images.forEach((image, row) => {
    writer.addImage(image, [
      {
        bbox: [...view.bbox.subarray(4 * row, 4 * row + 4)],
        kps: new Array(10).fill(0),
        detScore: 0.9,
        blur: 200,
        embedding: view.embedding.slice(row * view.dim, (row + 1) * view.dim),
      },
    ]);
  });
  await writer.fold();
  await writer.close();
  const { manifest, sha256: digest } = composeRefineManifest({
    cache: view,
    cacheFile: { path: cache, sha256 },
    options: {},
    facesets: [
      {
        id: 'faceset_001',
        faces: identity.faces.flatMap(({ era }, row) => (era >= 0 ? [{ row, distance: 0.2 }] : [])),
      },
    ],
    rejected: [],
  });
  await exportSwap({
    cache: view,
    cacheFile: { path: cache, sha256 },
    refine: manifest,
    refineFile: { path: '/r/refine_manifest.json', sha256: digest },
    out,
    finder: driftingFinder(identity),
    options: { outSize: 32, duplicateThreshold: 0, outlierThreshold: 1, verifySizes: [320] },
  });
  return { cache, out, faceset: join(out, 'faceset_001'), photos, identity };
}

describe('face-sets eras probe', () => {
  let made: Awaited<ReturnType<typeof generated>>;

  beforeAll(async () => {
    made = await generated();
  });

  it('says that a person who drifts over twenty years is sortable, with figures and a plot in the report', async () => {
    const { cache, faceset, out } = made;
    const first = await faceSets(['eras', 'probe', cache, faceset, '--quiet']);
    // The made-up model has thresholds of its own.
    expect(first.stderr).toMatch(/^(Warning: the default thresholds [^\n]*\n)?$/);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(
      /^faceset_001: sortable by age\. Faces that are alike at 0\.35 are of the same years\./,
    );
    expect(first.stdout).toMatch(
      /600 faces, 600 of known year \(2005 to 2024\); 600 photos opened for dates/,
    );
    for (const line of [
      /^ +0\.35 +\d\d % {2}\d+/m,
      /^ +0\.50 /m,
      /^ +0\.\d\d +█+ [\d,]+$/m,
      /mostly 20\d\d \(20\d\d to 20\d\d\)/,
    ]) {
      expect(first.stdout).toMatch(line);
    }
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('Sortable by age.');

    const { stdout } = await faceSets([
      'eras',
      'probe',
      cache,
      faceset,
      '--json',
      '--quiet',
      '--sub-threshold',
      '0.3',
      '--no-report',
    ]);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      sortable: true,
      verdict: 'aligned',
      photosRead: 0,
      sub_threshold: 0.3,
      faces: 600,
      dated: 600,
    });
    expect(result.alignment.explained).toBeGreaterThan(0.5);
    expect(result.histogram.counts.reduce((sum: number, n: number) => sum + n, 0)).toBe((600 * 599) / 2);
    expect(statSync(`${cache}.dates.jsonl`).mode & 0o077).toBe(0);
  });

  it('says that the same person with shuffled years is not', async () => {
    const { cache, faceset, photos, identity } = made;
    const years = identity.faces.map(({ year }) => year);
    const order = years.map((_, i) => i);
    const random = seeded(4);
    order.sort(() => random() - 0.5);
    // The same pictures in files of the same length.
    await driftingPhotos(
      photos,
      identity,
      order.map((i) => years[i]!),
    );
    rmSync(`${cache}.dates.jsonl`);
    const { stdout, code } = await faceSets(['eras', 'probe', cache, faceset, '--quiet', '--no-report']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^faceset_001: not sortable by age\. Faces that are alike at 0\.35 are of any year\./,
    );
  });
});

describe('face-sets eras split and extend on the toy library', () => {
  let root: string;
  let cache: string;
  let out: string;
  let faceset: string;
  let models: string[];
  let before: Record<string, string>;
  let first: Finished;
  /** The drawn people are alike whatever the year: fine cuts make several eras of a few faces each. */
  const numbers = [
    '--sub-threshold',
    '0.02',
    '--min-anchor',
    '2',
    '--min-era-faces',
    '2',
    '--max-year-gap',
    '3',
  ];
  const args = (...more: string[]) => ['eras', 'split', cache, faceset, ...numbers, ...models, ...more];

  beforeAll(async () => {
    root = tempDir('eras-toy');
    const photos = join(root, 'photos');
    cpSync((await toyLibrary('small')).dir, photos, { recursive: true, preserveTimestamps: true });
    models = ['--models', await toyModels(), '--quiet'];
    const held = join(root, 'held');
    const library = await toyLibrary('small');
    const late =
      library.photos.find(
        ({ path, faces, kind }) => kind === 'drawn' && faces.length === 1 && /01\./.test(basename(path)),
      ) ?? library.photos.find(({ kind, faces }) => kind === 'drawn' && faces.length === 1)!;
    mkdirSync(held);
    renameSync(join(photos, late.path), join(held, basename(late.path)));
    const run = await faceSets([
      'run',
      photos,
      '--out',
      join(root, 'run'),
      ...models,
      '--min-faces',
      '4',
      '--no-report',
    ]);
    expect(run.code, run.stderr).toBe(0);
    cache = join(root, 'run', 'faces.npz');
    out = join(root, 'run', 'facesets_swap_ready');
    faceset = join(out, 'faceset_001');
    before = treeOf(out);
    first = await faceSets(args('--json'));
  });

  it('makes a faceset of each era, beside the others, which stay as they are', () => {
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    const result = JSON.parse(first.stdout);
    expect(result.faceset).toBe('faceset_001');
    expect(result.eras.length).toBeGreaterThan(0);
    for (const { id, folder, exported } of result.eras) {
      if (folder === null) continue;
      expect(readFileSync(join(out, folder, `${id}.txt`), 'utf8')).toContain(`${id} of faceset_001`);
      expect(exported).toBeGreaterThan(0);
    }
    const now = treeOf(out);
    for (const [path, hash] of Object.entries(before))
      if (path !== 'manifest.json') expect(now[path]).toBe(hash);
    const { facesets, thin_eras = [] } = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    const eras = [...facesets, ...thin_eras].filter(
      ({ era_of }: { era_of?: string }) => era_of === 'faceset_001',
    );
    expect(eras.map(({ id }: { id: string }) => id).sort()).toEqual(
      result.eras
        .filter(({ folder }: { folder: string | null }) => folder)
        .map(({ id }: { id: string }) => id),
    );
  });

  it('opens no photo for its date when it is run with another threshold', async () => {
    const { stdout } = await faceSets(args('--json', '--sub-threshold', '0.05'));
    expect(JSON.parse(stdout)).toMatchObject({ photosRead: 0 });
  });

  it('changes nothing when it is run again, and says what there is', async () => {
    await faceSets(args());
    const now = treeOf(out);
    const { stdout, code } = await faceSets(args());
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^.*facesets_swap_ready: faceset_001 has \d+ eras? of \d+ faces? \(0 written, \d+ up to date, 0 removed\)$/m,
    );
    expect(stdout).toMatch(/^ {2}faceset_001_era_\d\d {2}/m);
    expect(stdout).toMatch(/^Years: known of \d+ of \d+ photos; 0 photos opened for it$/m);
    expect(treeOf(out)).toEqual(now);
  });

  it('sorts new photos in, and moves no other face', async () => {
    const eras = () => JSON.parse(readFileSync(join(out, '_eras/faceset_001/refine_manifest.json'), 'utf8'));
    const earlier = eras();
    const held = join(root, 'held');
    const embedded = await faceSets(['embed', held, cache, ...models]);
    expect(embedded.code, embedded.stderr).toBe(0);
    const extend = ['eras', 'extend', cache, faceset, '--source', root, ...models, '--json'];
    const result = await faceSets(extend);
    expect(result.code, result.stderr).toBe(0);
    const { added, written } = JSON.parse(result.stdout);
    const whose = eras().facesets as { id: string; faces: { sha256: string }[] }[];
    const of = (facesets: typeof whose) =>
      new Map(facesets.flatMap(({ id, faces }) => faces.map(({ sha256 }) => [sha256, id] as const)));
    const now = of(whose);
    for (const [sha256, id] of of(earlier.facesets)) expect(now.get(sha256)).toBe(id);
    expect(now.size).toBe(of(earlier.facesets).size + added);
    expect(written.length).toBeLessThanOrEqual(added);
    const again = JSON.parse((await faceSets(extend)).stdout);
    expect(again).toMatchObject({ added: 0, written: [], photosRead: 0 });
  });

  it('gives the export the years of capture, and reads no date with --no-dates', async () => {
    const { faces } = JSON.parse(readFileSync(join(faceset, 'manifest.json'), 'utf8'));
    const library = await toyLibrary('small');
    for (const { source, year } of faces as { source: string; year?: number }[]) {
      const photo = library.photos.find(({ path }) => source.endsWith(`/photos/${path}`));
      expect(year ?? null).toBe(photo?.year);
    }
    expect(faces.some(({ year }: { year?: number }) => year !== undefined)).toBe(true);
    const refine = join(root, 'run', 'refined', 'refine_manifest.json');
    rmSync(`${cache}.dates.jsonl`);
    const plain = join(root, 'plain');
    const exported = await faceSets(['export-swap', cache, refine, plain, '--no-dates', ...models]);
    expect(exported.code, exported.stderr).toBe(0);
    expect(existsSync(`${cache}.dates.jsonl`)).toBe(false);
    expect(readFileSync(join(plain, 'faceset_001', 'manifest.json'), 'utf8')).not.toContain('"year"');
  });

  it('says in one line what is wrong', async () => {
    const failing = async (...failed: string[]) => {
      const { code, stderr } = await faceSets([...failed, ...models]);
      return `${code} ${stderr}`;
    };
    expect(await failing('eras', 'split', cache, out)).toMatch(
      /^1 face-sets: .*: expected the folder of one of its facesets\n$/,
    );
    expect(await failing('eras', 'split', cache, root)).toMatch(/^1 face-sets: no manifest at .*\n$/);
    expect(await failing('eras', 'extend', cache, join(out, 'faceset_002'))).toMatch(
      /^1 face-sets: faceset_002 of .* has no eras yet: split it first\n$/,
    );
    expect(await failing('eras', 'split', cache, faceset, '--source', join(root, 'nowhere'))).toMatch(
      /^1 face-sets: the cache has no photo in .*nowhere: .*\n$/,
    );
    expect(await failing('eras', 'split', cache, faceset, '--sub-threshold', '3')).toMatch(
      /^2 face-sets: .*0 to 2.*\n$/,
    );
    expect((await faceSets(['eras'])).code).toBe(2);
  });
});
