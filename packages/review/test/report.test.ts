import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import type { CacheView } from '@face-sets/cache-npz';
import { ForeignFileError } from '@face-sets/files';
import { ManifestError, ManifestMismatchError, readManifest } from '@face-sets/manifests';
import { exportSwap, writePersonFolders, writeRefinedFolders } from '@face-sets/outputs';
import { CACHE_FILE, drawnFaceFinder, makeCache, peopleOf, tempDir, tree } from '@face-sets/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { outputKind, writeReport } from '../src/index.js';

type Bbox = [number, number, number, number];
const LEFT: Bbox = [40, 60, 140, 190];
const RIGHT: Bbox = [240, 60, 340, 190];
const ASSETS = new URL('../assets/', import.meta.url);

/** Two people on four photos, one of them with both; a photo without a face; one that could not be read. */
async function library(dir: string): Promise<CacheView> {
  const photos = [0, 1, 2].map((n) => ({
    path: join(dir, 'photos', `red ${n}.png`),
    width: 400 + n,
    faces: [{ who: 0, bbox: LEFT, turn: 4 * n }],
  }));
  const both = {
    path: join(dir, 'photos', 'both.png'),
    faces: [
      { who: 0, bbox: LEFT },
      { who: 1, bbox: RIGHT },
    ],
  };
  const green = { path: join(dir, 'photos', 'green.png'), faces: [{ who: 1, bbox: RIGHT, turn: 3 }] };
  const noface = { path: join(dir, 'photos', 'wall.png') };
  const broken = { path: join(dir, 'photos', 'broken.png'), content: Buffer.from('?'), error: 'no picture' };
  return makeCache([...photos, both, green, noface, broken]);
}

async function clustered(dir: string): Promise<{ out: string; cache: CacheView }> {
  const cache = await library(dir);
  const out = join(dir, 'raw');
  const labels = [0, 0, 0, 0, 1, 1];
  await writePersonFolders({
    cache,
    cacheFile: CACHE_FILE,
    people: peopleOf(cache, labels),
    out,
    options: {},
  });
  return { out, cache };
}

/** What the page was given. */
function dataOf(out: string) {
  const page = readFileSync(join(out, 'report.html'), 'utf8');
  const json = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
  return JSON.parse(json);
}

function thumbnails(out: string): string[] {
  return readdirSync(join(out, '_report'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.webp'),
  );
}

describe('writeReport', () => {
  it('shows every face of a cluster output, with score and distance from the cache', async () => {
    const { out, cache } = await clustered(tempDir('report'));
    const report = await writeReport(out, { cache });
    expect(report).toMatchObject({ kind: 'cluster', people: 2, faces: 7, written: true });
    const { model, groups } = dataOf(out);
    expect(groups.map(({ group }: { group: { id: string } }) => group.id)).toEqual([
      'person_001',
      'person_002',
      '_noface',
    ]);
    const [first] = groups[0].faces;
    expect(first.score).toBeGreaterThan(0);
    expect(first.distance).toBeLessThan(0.01);
    expect(model.problems).toEqual([
      { source: expect.stringContaining('broken.png'), message: 'no picture' },
    ]);
  });

  it('cuts each thumbnail from the photo around the face', async () => {
    const { out } = await clustered(tempDir('report'));
    await writeReport(out);
    const faces = dataOf(out).groups.flatMap((entry: { faces: { thumbnail: string }[] }) => entry.faces);
    const colorOf = async (name: string) => {
      const { data, info } = await sharp(join(out, name)).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([192, 192]);
      const center = (96 * 192 + 96) * info.channels;
      return ['red', 'green', 'blue'][[0, 1, 2].sort((a, b) => data[center + b] - data[center + a])[0]];
    };
    const colors = await Promise.all(
      faces.slice(0, 6).map((face: { thumbnail: string }) => colorOf(face.thumbnail)),
    );
    expect(colors).toEqual(['red', 'red', 'red', 'red', 'green', 'green']);
  });

  it('shows the rejected faces of a refine output with their reasons', async () => {
    const dir = tempDir('report');
    const cache = await library(dir);
    const out = join(dir, 'refined');
    const outcomes = [0, 1, 2, 3, 4, 5].map((row) =>
      row < 4
        ? { faceset: 1, distance: 0.01 * row }
        : { reason: { code: 'few-images', value: 2, limit: 15, message: 'only 2 good photos' } },
    );
    await writeRefinedFolders({
      cache,
      cacheFile: CACHE_FILE,
      outcomes,
      out,
      options: { outlierThreshold: 0.5 },
    });
    expect(await writeReport(out)).toMatchObject({ kind: 'refine', people: 1, faces: 6 });
    const { model, groups } = dataOf(out);
    expect(model.distanceLimit).toBe(0.5);
    expect(groups[0].faces.map((face: { distance: number }) => face.distance)).toEqual([0, 0.01, 0.02, 0.03]);
    expect(groups[1].faces[0].reason).toMatchObject({ code: 'few-images', message: 'only 2 good photos' });
  });

  it('shows the crops of an export best first, under the name that their owner wrote', async () => {
    const dir = tempDir('report');
    const cache = await library(dir);
    const refined = join(dir, 'refined');
    const outcomes = [0, 1, 2, 3, 4, 5].map((row) => ({ faceset: row < 4 ? 1 : 2, distance: 0 }));
    const { manifest } = await writeRefinedFolders({
      cache,
      cacheFile: CACHE_FILE,
      outcomes,
      out: refined,
      options: {},
    });
    const out = join(dir, 'swap');
    const input = {
      cache,
      cacheFile: CACHE_FILE,
      refine: manifest,
      refineFile: { path: join(refined, 'refine_manifest.json'), sha256: 'd'.repeat(64) },
      out,
      finder: drawnFaceFinder(),
      // The drawn faces of a person are all alike.
      options: { outSize: 128, duplicateThreshold: 0, minFaces: 2 },
    };
    await exportSwap(input);
    writeFileSync(join(out, 'faceset_001', 'NAME.txt'), 'Ann <b>\n');
    await exportSwap(input);
    const report = await writeReport(out);
    expect(report).toMatchObject({ kind: 'export-swap', people: 2 });
    const { groups } = dataOf(out);
    expect(groups[0].group).toMatchObject({ id: 'faceset_001', name: 'Ann <b>' });
    const faceset = await readManifest(join(out, 'faceset_001', 'manifest.json'), 'swap-faceset');
    expect(groups[0].faces.slice(0, faceset.faces.length).map((face: { file: string }) => face.file)).toEqual(
      faceset.faces.map(({ file }) => `faceset_001/${file}`),
    );

    const before = tree(out);
    const again = await exportSwap(input);
    expect(again.written).toEqual([]);
    expect((await writeReport(out)).written).toBe(false);
    expect(tree(out)).toEqual(before);
  });

  it('renders nothing again and leaves the page alone when nothing has changed', async () => {
    const { out, cache } = await clustered(tempDir('report'));
    await writeReport(out, { cache });
    const before = tree(out);
    const page = join(out, 'report.html');
    utimesSync(page, 1e9, 1e9);
    const again = await writeReport(out, { cache });
    expect(again.written).toBe(false);
    expect(again.thumbnails).toMatchObject({ rendered: 0, removed: 0, missing: 0 });
    expect(statSync(page).mtimeMs).toBe(1e12);
    expect(tree(out)).toEqual(before);
  });

  it('is left alone by another run of the step, and follows it', async () => {
    const { out, cache } = await clustered(tempDir('report'));
    await writeReport(out);
    const all = thumbnails(out).length;
    const input = { cache, cacheFile: CACHE_FILE, out, options: {} };
    await writePersonFolders({ ...input, people: peopleOf(cache, [0, 0, 0, 0, -1, -1]), ignored: [4, 5] });
    expect(thumbnails(out)).toHaveLength(all);
    const report = await writeReport(out);
    expect(report.thumbnails).toMatchObject({ rendered: 0, removed: 2 });
    expect(thumbnails(out)).toHaveLength(all - 2);
  });

  it('does not make a folder unusable that holds nothing else', async () => {
    const { out, cache } = await clustered(tempDir('report'));
    await writeReport(out);
    for (const name of readdirSync(out)) {
      if (name !== 'report.html' && name !== '_report') rmSync(join(out, name), { recursive: true });
    }
    const labels = [0, 0, 0, 0, 1, 1];
    await writePersonFolders({
      cache,
      cacheFile: CACHE_FILE,
      people: peopleOf(cache, labels),
      out,
      options: {},
    });
    expect((await writeReport(out)).thumbnails.rendered).toBe(0);
  });

  it('takes thumbnails over from the report of another output', async () => {
    const dir = tempDir('report');
    const { out, cache } = await clustered(dir);
    await writeReport(out);
    const refined = join(dir, 'refined');
    const outcomes = [0, 1, 2, 3, 4, 5].map(() => ({ faceset: 1, distance: 0 }));
    await writeRefinedFolders({ cache, cacheFile: CACHE_FILE, outcomes, out: refined, options: {} });
    const decode = () => Promise.reject(new Error('nothing should be decoded'));
    const report = await writeReport(refined, { reuse: [out], decode });
    expect(report.thumbnails).toMatchObject({ copied: 6, rendered: 0, missing: 0 });
  });

  it('shows faces whose photo is gone or has changed without a picture, and counts them', async () => {
    const dir = tempDir('report');
    const { out } = await clustered(dir);
    rmSync(join(dir, 'photos', 'green.png'));
    writeFileSync(join(dir, 'photos', 'red 1.png'), 'another');
    for (const person of ['person_001', 'person_002']) rmSync(join(out, person), { recursive: true });
    const report = await writeReport(out);
    expect(report.thumbnails.missing).toBe(2);
    const missing = dataOf(out)
      .groups.flatMap((entry: { faces: { thumbnail: string | null; name: string }[] }) => entry.faces)
      .filter((face: { thumbnail: string | null }) => face.thumbnail === null);
    expect(missing.map((face: { name: string }) => face.name)).toEqual(['red 1.png', 'green.png']);
  });

  it('keeps thumbnails and page to the owner', async () => {
    const { out } = await clustered(tempDir('report'));
    await writeReport(out);
    const modes = ['report.html', '_report', ...thumbnails(out).map((name) => join('_report', name))].map(
      (name) => statSync(join(out, name)).mode & 0o077,
    );
    expect(modes.every((mode) => mode === 0)).toBe(true);
  });

  it('lets nothing from outside end the block of data or become markup', async () => {
    const dir = tempDir('report');
    const hostile = `"><script>alert(1)<!--'&lt;`;
    const path = join(dir, 'photos', hostile.replaceAll('/', '_'), '<img src=x onerror=alert(1)>.png');
    const cache = await makeCache([{ path, faces: [{ who: 0, bbox: LEFT }] }]);
    const out = join(dir, 'raw');
    await writePersonFolders({ cache, cacheFile: CACHE_FILE, people: [], out, options: {} });
    await writeReport(out);
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page).not.toContain('<img src=x');
    expect(page).not.toContain('alert(1)<!--');
    const { folders, groups } = dataOf(out);
    expect(folders[groups[0].faces[0].folder][0] + groups[0].faces[0].name).toBe(path);
  });

  it("refuses to overwrite someone else's report.html", async () => {
    const { out } = await clustered(tempDir('report'));
    writeFileSync(join(out, 'report.html'), '<p>mine</p>');
    await expect(writeReport(out)).rejects.toThrow(ForeignFileError);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toBe('<p>mine</p>');
  });

  it('leaves foreign files among the thumbnails alone', async () => {
    const { out } = await clustered(tempDir('report'));
    await writeReport(out);
    mkdirSync(join(out, '_report', 'aa'), { recursive: true });
    writeFileSync(join(out, '_report', 'aa', 'note.txt'), 'mine');
    writeFileSync(join(out, '_report', 'note.txt'), 'mine');
    await writeReport(out);
    expect(readFileSync(join(out, '_report', 'aa', 'note.txt'), 'utf8')).toBe('mine');
    expect(readFileSync(join(out, '_report', 'note.txt'), 'utf8')).toBe('mine');
  });

  it('refuses the cache of another output, and a folder that is no output', async () => {
    const dir = tempDir('report');
    const { out } = await clustered(dir);
    const other = await makeCache([{ path: join(dir, 'x.png'), faces: [{ who: 0, bbox: LEFT }] }]);
    await expect(writeReport(out, { cache: other })).rejects.toThrow(ManifestMismatchError);
    await expect(writeReport(join(dir, 'photos'))).rejects.toThrow(ManifestError);
    writeFileSync(join(dir, 'photos', 'manifest.json'), '{"kind": "something"}');
    await expect(writeReport(join(dir, 'photos'))).rejects.toThrow(/of kind "something"/);
  });

  it('names a manifest that cannot be read once, with the reason', async () => {
    const out = tempDir('report');
    const path = join(out, 'manifest.json');
    mkdirSync(path);
    await expect(outputKind(out)).rejects.toThrow(
      new ManifestError(`cannot read the manifest ${path}: it is not a file`),
    );
    rmSync(path, { recursive: true });
    writeFileSync(path, '{"kind": "clus');
    await expect(outputKind(out)).rejects.toThrow(`${path} is not JSON: `);
  });

  it('joins all modules of the page to one strict program', async () => {
    const { out } = await clustered(tempDir('report'));
    await writeReport(out);
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    const script = /<script type="module">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
    // In a strict block no name may be declared twice; module syntax is an error in a script.
    expect(() => new Script(`'use strict';{${script}\n}`)).not.toThrow();
    for (const file of readdirSync(ASSETS).filter((name) => name.endsWith('.js'))) {
      const module = readFileSync(new URL(file, ASSETS), 'utf8');
      const exported = /(?<=^export (?:function|class|const) )\w+/m.exec(module);
      if (exported) expect(script, file).toContain(exported[0]);
    }
  });

  it('has the style of every file beside them, the rules for other media last', async () => {
    const { out } = await clustered(tempDir('report'));
    await writeReport(out);
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
    for (const file of readdirSync(ASSETS).filter((name) => name.endsWith('.css'))) {
      expect(style, file).toContain(readFileSync(new URL(file, ASSETS), 'utf8'));
    }
    const media = readFileSync(new URL('report-media.css', ASSETS), 'utf8');
    expect(style.endsWith(media)).toBe(true);
  });
});
