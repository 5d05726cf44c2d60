import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { seeded, sharedPath, tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets, treeHashes, treeTimes } from '../face-sets.js';
import { goldenCache } from '../golden-cache.js';

interface Manifest {
  people: {
    id: string;
    label?: string;
    folder: string;
    faces: { sha256: string; bbox: number[]; source: string; files: string[] }[];
  }[];
  summary: { people: number; faces: number };
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const rawManifest = (out: string): Manifest => readJson(join(out, 'manifest.json'));

/** Who each face in an output belongs to. */
const owners = (out: string) =>
  new Map(
    rawManifest(out).people.flatMap(({ id, faces }) =>
      faces.map(({ sha256, bbox }) => [`${sha256} ${bbox}`, id]),
    ),
  );

/** Runs a command that must succeed. */
async function ok(...args: string[]) {
  const { code, stdout, stderr } = await faceSets(args);
  expect(code, stderr).toBe(0);
  return stdout;
}

describe('face-sets extend on the toy library', () => {
  let root: string;
  let photos: string;
  let later: string[];
  let models: string;
  const at = (name: string) => join(root, name);
  const extend = (...more: string[]) =>
    faceSets(['extend', at('faces.npz'), at('raw'), '--refine-out', at('refined'), ...more]);

  beforeAll(async () => {
    root = tempDir('extend');
    photos = at('photos');
    models = await toyModels();
    const library = (await toyLibrary('small')).dir;
    const all = readdirSync(library, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(library, join(entry.parentPath, entry.name)))
      .sort();
    const copy = (name: string) => {
      mkdirSync(dirname(join(photos, name)), { recursive: true });
      cpSync(join(library, name), join(photos, name), { preserveTimestamps: true });
    };
    for (const name of all.filter((_, i) => i % 2 === 0)) copy(name);
    await ok('embed', photos, at('faces.npz'), '--models', models);
    await ok('cluster', at('faces.npz'), at('raw'));
    await ok('refine', at('faces.npz'), at('refined'), '--min-faces', '3');
    later = all.filter((_, i) => i % 2 === 1);
    for (const name of later) copy(name);
    await ok('embed', photos, at('faces.npz'), '--models', models);
  });

  it('adds the new photos, proves that nobody changed, and goes on in a renamed folder', async () => {
    const before = owners(at('raw'));
    renameSync(at('raw/person_001'), at('raw/Anna'));
    renameSync(at('refined/faceset_001'), at('refined/Anna'));
    const { code, stdout, stderr } = await extend();
    expect(stderr).not.toContain('face-sets:');
    expect(code).toBe(0);
    for (const line of [
      /^people renumbered: 0$/m,
      /^faces that changed person: 0$/m,
      /^faces added to known people: \d+$/m,
      /^ {2}person_001 \(Anna\) \+[1-9]\d*$/m,
      /^person_001 is now in Anna$/m,
      /^facesets renumbered: 0$/m,
      /^faceset_001 is now in Anna$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
    const after = owners(at('raw'));
    for (const [face, id] of before) expect(after.get(face)).toBe(id);
    expect(after.size).toBeGreaterThan(before.size);
    const anna = rawManifest(at('raw')).people[0]!;
    expect(anna).toMatchObject({ id: 'person_001', folder: 'Anna' });
    expect(anna.faces.some(({ source }) => later.some((name) => basename(name) === basename(source)))).toBe(
      true,
    );
    for (const file of anna.faces.flatMap(({ files }) => files))
      expect(existsSync(at(`raw/${file}`))).toBe(true);
    expect(existsSync(at('raw/person_001'))).toBe(false);
    const { facesets, rejected } = readJson(at('refined/refine_manifest.json'));
    expect(facesets[0]).toMatchObject({ id: 'faceset_001', folder: 'Anna' });
    for (const { reason } of rejected) expect(reason.message).not.toBe('');
    expect(existsSync(at('refined/faceset_001'))).toBe(false);
  });

  it('changes no byte and no time when it is run again', async () => {
    const trees = () => ['raw', 'refined'].map((out) => [treeHashes(at(out)), treeTimes(at(out))]);
    const before = trees();
    const { code, stdout } = await extend('--json');
    expect(code).toBe(0);
    const { cluster, refine } = JSON.parse(stdout);
    expect([cluster.upToDate, refine.upToDate]).toEqual([true, true]);
    expect(cluster.changes).toMatchObject({ renumbered: 0, changed: 0, added: [], created: [], gone: [] });
    expect(trees()).toEqual(before);
  });

  it('is what cluster and refine do too, and even clustering anew keeps numbers and folder names', async () => {
    const before = owners(at('raw'));
    expect(await ok('cluster', at('faces.npz'), at('raw'))).toContain('up to date');
    expect(await ok('refine', at('faces.npz'), at('refined'))).toContain('up to date');
    await ok('cluster', at('faces.npz'), at('raw'), '--recluster');
    const after = owners(at('raw'));
    const moved = [...before].filter(([face, id]) => after.get(face) !== id);
    expect(moved.length).toBeLessThan(before.size / 10);
    expect(rawManifest(at('raw')).people[0]).toMatchObject({
      id: 'person_001',
      folder: 'Anna',
      label: 'Anna',
    });
  });

  it('says in one line what is missing', async () => {
    for (const [args, message] of [
      [
        [at('faces.npz'), at('nothing')],
        /nothing is not an output of kind "cluster" \(it has no manifest\.json\)/,
      ],
      [[at('faces.npz'), at('raw'), '--refine-out', at('raw')], /raw is not an output of kind "refine"/],
      [[at('gone.npz'), at('raw')], /gone\.npz/],
    ] as const) {
      const { code, stderr } = await faceSets(['extend', ...args]);
      expect(code).toBe(1);
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
    expect((await faceSets(['extend', at('faces.npz'), at('raw'), '--threshold', '3'])).code).toBe(2);
  });
});

describe('face-sets run after its outputs have grown', () => {
  it('keeps numbers and folder names, as extend does', async () => {
    const root = tempDir('extend-run');
    const [photos, out] = [join(root, 'photos'), join(root, 'out')];
    const library = (await toyLibrary('small')).dir;
    cpSync(library, photos, { recursive: true, preserveTimestamps: true });
    const aside = join(root, 'aside');
    const some = readdirSync(photos, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .slice(0, 4);
    mkdirSync(aside);
    for (const path of some) renameSync(path, join(aside, basename(path)));
    const run = [
      'run',
      photos,
      '--out',
      out,
      '--models',
      await toyModels(),
      '--min-faces',
      '3',
      '--no-report',
    ];
    await ok(...run);
    const before = owners(join(out, 'raw'));
    renameSync(join(out, 'raw', 'person_002'), join(out, 'raw', 'Ben'));
    for (const path of some) renameSync(join(aside, basename(path)), path);
    expect(await ok(...run)).toMatch(/^Changes +[1-9]\d* faces? joined known people/m);
    const after = owners(join(out, 'raw'));
    for (const [face, id] of before) expect(after.get(face)).toBe(id);
    expect(rawManifest(join(out, 'raw')).people.map(({ folder }) => folder)).toContain('Ben');
    const second = JSON.parse(await ok(...run, '--json'));
    expect(second.cluster.upToDate && second.refine.upToDate).toBe(true);
    expect(second.exportSwap.written).toEqual([]);
  });
});

const shared = sharedPath('photos');
const golden = sharedPath('goldens', 'insightface', 'golden.json');

describe.skipIf(!shared || !golden)(
  'a library of real portraits that grows in ten parts (needs the shared photos)',
  () => {
    it('never changes who anyone is, and ends as clustering at once does', { timeout: 120_000 }, async () => {
      const root = tempDir('extend-people');
      const [cache, part, raw] = [join(root, 'faces.npz'), join(root, 'part.json'), join(root, 'raw')];
      const file: Record<string, unknown> = readJson(golden!);
      const random = seeded(11);
      const names = Object.keys(file)
        .filter((name) => name.startsWith('people/'))
        .map((name) => ({ name, order: random() }))
        .sort((a, b) => a.order - b.order)
        .map(({ name }) => name);
      const used = new Set<string>();
      let known = new Map<string, string>();
      for (let tenth = 0; tenth < 10; tenth++) {
        const from = Math.floor((tenth * names.length) / 10);
        const to = Math.floor(((tenth + 1) * names.length) / 10);
        writeFileSync(
          part,
          JSON.stringify(Object.fromEntries(names.slice(from, to).map((name) => [name, file[name]]))),
        );
        await goldenCache(shared!, part, cache);
        const step = tenth === 0 ? 'cluster' : 'extend';
        const result = JSON.parse(await ok(step, cache, raw, '--json'));
        if (step === 'extend') expect(result.cluster.changes).toMatchObject({ renumbered: 0, changed: 0 });
        const now = owners(raw);
        for (const [face, id] of known) expect(now.get(face)).toBe(id);
        const ids = new Set(now.values());
        const fresh = [...ids].filter((id) => ![...known.values()].includes(id));
        for (const id of fresh) expect(used.has(id)).toBe(false);
        for (const id of ids) used.add(id);
        known = now;
      }
      const anew = join(root, 'anew.npz');
      cpSync(cache, anew);
      await ok('cluster', anew, join(root, 'at-once'));
      const [grown, atOnce] = await Promise.all(
        [raw, join(root, 'at-once')].map(async (out) => {
          const truth = join(shared!, 'people');
          return JSON.parse(await ok('evaluate', join(out, 'manifest.json'), '--truth', truth, '--json'))
            .bcubed.f1;
        }),
      );
      expect(grown).toBeGreaterThan(atOnce - 0.02);
      rmSync(root, { recursive: true });
    });
  },
);
