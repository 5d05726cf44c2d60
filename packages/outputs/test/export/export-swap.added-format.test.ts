import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddingOf } from '@face-sets/cache-npz';
import {
  type CollectionFormat,
  type FacesetFormat,
  FORMATS,
  formatNames,
  type SwapFormat,
} from '@face-sets/fsz-export';
import { type RefineManifest, readManifest } from '@face-sets/manifests';
import { CACHE_FILE, drawnFaceFinder, makeCache, tempDir, tree } from '@face-sets/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportSwap, writeRefinedFolders } from '../../src/index.js';

/** Two formats that nothing but the list knows. */
const card: FacesetFormat = {
  name: 'card',
  per: 'faceset',
  help: 'who it is, in a line',
  tools: ['Card Reader'],
  examples: ['faceset_001.card'],
  fileNames: /^[^/]+\.card$/,
  filesOfPerson: (stem) => [`${stem}.card`],
  async write({ folder, stem, faces, ranks, cache }) {
    const file = `${stem}.card`;
    const [first] = embeddingOf(cache, faces[ranks[0]].row);
    writeFileSync(join(folder, file), `${stem} ${first}\n`);
    return { exported: { files: [file], ranks: [...ranks] } };
  },
};
const roster: CollectionFormat = {
  name: 'roster',
  per: 'collection',
  help: 'everyone, in a line each',
  tools: [],
  examples: ['roster.txt'],
  file: 'roster.txt',
  encode: (people) => people.map(({ name }) => `${name}\n`).join(''),
};

const root = tempDir('added-format');
const out = join(root, 'swap');
let refine: RefineManifest;
let cache: Awaited<ReturnType<typeof makeCache>>;
const list = FORMATS as unknown as (FacesetFormat | CollectionFormat)[];
const run = (formats: string[], where = out) =>
  exportSwap({
    cache,
    cacheFile: CACHE_FILE,
    refine,
    refineFile: { path: '/r/refine_manifest.json', sha256: 'd'.repeat(64) },
    out: where,
    finder: drawnFaceFinder(),
    options: { outSize: 128, formats: formats as SwapFormat[], duplicateThreshold: 0 },
  });

beforeAll(async () => {
  list.push(card, roster);
  const photos = [0, 1, 2].map((i) => ({
    path: join(root, 'photos', `a${i}.png`),
    width: 700,
    height: 500,
    faces: [{ who: 0, bbox: [200, 120, 310, 255] as [number, number, number, number], turn: 8 * i }],
  }));
  cache = await makeCache(photos);
  const refined = await writeRefinedFolders({
    cache,
    cacheFile: CACHE_FILE,
    outcomes: photos.map(() => ({ faceset: 1, distance: 0.1 })),
    out: join(root, 'refined'),
    options: {},
  });
  refine = refined.manifest;
});

afterAll(() => {
  list.splice(list.indexOf(card), 2);
});

it('A format is added by one entry in the list: it is exported, listed, renamed and removed like the others', async () => {
  expect(formatNames().slice(-2)).toEqual(['card', 'roster']);
  await run(['fsz', 'card', 'roster']);
  const files = Object.keys(tree(out));
  expect(files).toEqual(expect.arrayContaining(['faceset_001/faceset_001.card', 'roster.txt']));
  const made = await readManifest(join(out, 'faceset_001', 'manifest.json'), 'swap-faceset');
  expect(made.exports).toEqual([
    { format: 'card', files: ['faceset_001.card'], ranks: made.drift.selections[0].ranks },
  ]);

  writeFileSync(join(out, 'faceset_001', 'NAME.txt'), 'Ann\n');
  const { manifest, renamed } = await run(['fsz', 'card', 'roster']);
  expect(renamed).toEqual(['faceset_001']);
  expect(manifest.embedding_files).toEqual([
    { format: 'roster', file: 'roster.txt', facesets: ['faceset_001'] },
  ]);
  expect(readFileSync(join(out, 'roster.txt'), 'utf8')).toBe('Ann\n');
  expect(Object.keys(tree(join(out, 'faceset_001')))).toContain('Ann.card');

  await run(['fsz']);
  expect(Object.keys(tree(out)).filter((file) => /card|roster/.test(file))).toEqual([]);
});

it('A file of someone else in the place of an added one is not written over', async () => {
  const where = join(root, 'foreign');
  await run(['fsz'], where);
  writeFileSync(join(where, 'roster.txt'), 'mine\n');
  await expect(run(['roster'], where)).rejects.toThrow('move it away');
});
