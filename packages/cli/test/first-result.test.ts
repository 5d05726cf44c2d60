import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sharedPath, tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets, treeHashes } from './face-sets.js';

const real = sharedPath('models') && sharedPath('photos');
/** Gates that cartoons pass. */
const GATES = ['--min-blur', '0', '--min-short', '20'];

/** The suggestions `--min-faces N gives M facesets` of a text. */
function suggestions(text: string): { minFaces: string; facesets: number }[] {
  return [...text.matchAll(/--min-faces (\d+) gives (\d+) faceset/g)].map(([, minFaces, facesets]) => ({
    minFaces: minFaces!,
    facesets: Number(facesets),
  }));
}

/** Runs the suggestions: each gives as many facesets as was said. */
async function expectKept(text: string, cache: string, gates: readonly string[]) {
  const said = suggestions(text);
  expect(said.length, text).toBeGreaterThan(0);
  for (const { minFaces, facesets } of said) {
    const args = ['refine', cache, tempDir(), '--min-faces', minFaces, ...gates, '--json'];
    expect(JSON.parse((await faceSets(args)).stdout).summary.facesets, minFaces).toBe(facesets);
  }
}

describe('A run without a faceset', () => {
  it('says who is near, and what a lower limit gives, which is kept', async () => {
    const out = tempDir();
    const { code, stdout } = await faceSets([
      ...['run', (await toyLibrary('small')).dir, '--out', out, '--models', await toyModels(), ...GATES],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/No faceset: nobody has 15 good photos\. \d people have \d\./);
    expect(stdout).toContain(join(out, 'raw', 'report.html'));
    expect(stdout).toContain(join(out, 'refined', 'report.html'));
    await expectKept(stdout, join(out, 'faces.npz'), GATES);
  });

  it.skipIf(!real)('says so of real people too', async () => {
    const out = tempDir();
    const args = ['run', sharedPath('photos')!, '--out', out, '--models', sharedPath('models')!];
    const { stdout } = await faceSets(args);
    expect(stdout).toContain('nobody has 15 good photos. 1 person has 11.');
    expect(stdout).toMatch(/16 faces are too small \(--min-short 90\)/);
    await expectKept(stdout, join(out, 'faces.npz'), []);
  });

  it('says of photos without a face that there is none', async () => {
    const library = await toyLibrary('small');
    const photos = tempDir();
    for (const { path, faces } of library.photos)
      if (faces.length === 0 && !path.includes('broken'))
        copyFileSync(join(library.dir, path), join(photos, basename(path)));
    expect(readdirSync(photos).length).toBeGreaterThan(0);
    const { stdout } = await faceSets(['run', photos, '--out', tempDir(), '--models', await toyModels()]);
    expect(stdout).toContain('No face was found in');
    expect(stdout).toContain('--rotate-retry');
  });

  it('says of people who are in one photo each that nobody is in two', async () => {
    const library = await toyLibrary('small');
    const photos = tempDir();
    const first = new Map(
      library.photos
        .filter(({ faces }) => faces.length === 1)
        .map((photo) => [photo.faces[0]!.person, photo]),
    );
    for (const { path } of first.values())
      copyFileSync(join(library.dir, path), join(photos, basename(path)));
    const { stdout } = await faceSets(['run', photos, '--out', tempDir(), '--models', await toyModels()]);
    expect(stdout).toContain('Nobody is in two photos');
  });

  it('says of an export that leaves everyone thin which faces were left out, and where they are', async () => {
    const out = tempDir();
    const { stdout } = await faceSets([
      ...['run', (await toyLibrary('small')).dir, '--out', out, '--models', await toyModels(), ...GATES],
      ...['--min-faces', '3', '--min-face-short', '5000'],
    ]);
    expect(stdout).toMatch(/No faceset: too few faces of 3 people gave a good crop \(left out: .*\)/);
    expect(stdout).toContain(join(out, 'facesets_swap_ready', 'report.html'));
  });
});

it('A run with some facesets says what a lower limit would add', async () => {
  const out = tempDir();
  const library = await toyLibrary('full');
  const args = ['run', library.dir, '--out', out, '--models', await toyModels(), '--no-report'];
  const { stdout } = await faceSets(args);
  expect(stdout).toMatch(/Almost there: --min-faces \d+ gives 9 facesets.* \(now 8\)/);
});

describe('The OUT of a run', () => {
  let out: string;
  let models: string[];
  const cache = () => join(out, 'faces.npz');

  beforeAll(async () => {
    out = tempDir();
    models = ['--models', await toyModels()];
    const args = ['run', (await toyLibrary('small')).dir, '--out', out, ...models, ...GATES];
    expect((await faceSets([...args, '--min-faces', '3'])).code).toBe(0);
  });

  it('is what every command takes for the output of its own kind in it', async () => {
    for (const args of [
      ['report', out],
      ['consolidate', out, ...models],
      ['clean', out, ...models],
      ['undo', out, '--list'],
      ['evaluate', out, '--truth', (await toyLibrary('small')).dir],
      ['extend', cache(), out],
      ['cluster', cache(), out],
      ['refine', cache(), out, ...GATES, '--min-faces', '3'],
      ['export-swap', cache(), out, out, ...models],
      ['export-swap', cache(), join(out, 'refined'), join(out, 'facesets_swap_ready'), ...models],
    ]) {
      const { code, stderr } = await faceSets(args);
      expect(code, `${args.join(' ')}\n${stderr}`).toBe(0);
    }
    // Nothing was put beside the outputs.
    expect(
      readdirSync(out)
        .filter((name) => !name.startsWith('faces.npz'))
        .sort(),
    ).toEqual(['facesets_swap_ready', 'raw', 'refined']);
  });

  it('gives all its reports at once', async () => {
    const { stdout } = await faceSets(['report', out, '--json']);
    const { reports } = JSON.parse(stdout) as { reports: { kind: string }[] };
    expect(reports.map(({ kind }) => kind)).toEqual(['cluster', 'refine', 'export-swap']);
  });

  it('stands for an output where its manifest is named', async () => {
    expect((await faceSets(['report', join(out, 'raw', 'manifest.json')])).code).toBe(0);
    expect((await faceSets(['undo', join(out, 'facesets_swap_ready', 'manifest.json'), '--list'])).code).toBe(
      0,
    );
  });
});

describe('export-swap of a cache that was not enriched', () => {
  let cache: string;
  let refined: string;

  beforeAll(async () => {
    const dir = tempDir();
    cache = join(dir, 'faces.npz');
    refined = join(dir, 'refined');
    const photos = (await toyLibrary('small')).dir;
    expect((await faceSets(['embed', photos, cache, '--models', await toyModels()])).code).toBe(0);
    expect((await faceSets(['refine', cache, refined, ...GATES, '--min-faces', '3'])).code).toBe(0);
  });

  it('warns where the models have no landmarks', async () => {
    const models = join(tempDir(), 'models');
    mkdirSync(models);
    for (const file of readdirSync(await toyModels()))
      if (!/1k3d68|2d106/.test(file)) copyFileSync(join(await toyModels(), file), join(models, file));
    const args = ['export-swap', cache, refined, tempDir(), '--models', models, '--json'];
    const { code, stdout, stderr } = await faceSets(args);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/Warning: \d+ faces have no landmarks and no pose/);
    expect(JSON.parse(stdout).ranked_without_landmarks).toBeGreaterThan(0);
  });

  it('adds the landmarks of the faces that it ranks, once, and ranks as after enrich', async () => {
    const models = ['--models', await toyModels()];
    const [enriched, out, late] = [join(tempDir(), 'faces.npz'), tempDir(), tempDir()];
    copyFileSync(cache, enriched);
    expect((await faceSets(['enrich', enriched, ...models])).code).toBe(0);
    expect((await faceSets(['export-swap', enriched, refined, out, ...models])).code).toBe(0);

    const args = ['export-swap', cache, refined, late, ...models];
    expect((await faceSets(args)).stderr).toContain('Enriched');
    const crops = (dir: string) =>
      Object.fromEntries(Object.entries(treeHashes(dir)).filter(([file]) => file.endsWith('.png')));
    expect(Object.keys(crops(late)).length).toBeGreaterThan(10);
    expect(crops(late)).toEqual(crops(out));
    expect(scores(late)).toEqual(scores(out));
    expect((await faceSets(args)).stderr).not.toContain('Enriched');
  });
});

/** What the faces of an export are ranked by. */
function scores(out: string): unknown[] {
  return readdirSync(out)
    .filter((name) => /^faceset_\d+$/.test(name))
    .flatMap((name) => JSON.parse(readFileSync(join(out, name, 'manifest.json'), 'utf8')).faces)
    .map(({ score, parts, quality }) => ({ score, parts, quality }));
}
