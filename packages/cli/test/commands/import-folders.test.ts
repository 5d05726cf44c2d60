import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, extname, join } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets, treeHashes, treeTimes } from '../face-sets.js';

/** The toy library, sorted by hand: `people/Ada`, … hold the photos of one person alone, `mixed` the others. */
interface Sorted {
  root: string;
  cache: string;
  models: string;
  /** Who is on each mixed photo. */
  groups: Map<string, string[]>;
}

async function sortLibrary(): Promise<Sorted> {
  const root = tempDir('sorted');
  const library = await toyLibrary('small');
  const groups = new Map<string, string[]>();
  for (const { path, faces } of library.photos) {
    const people = faces.map(({ person }) => person);
    if (people.length === 0 || path.startsWith('copies')) continue;
    const folder = people.length === 1 ? join('people', people[0]!) : 'mixed';
    if (people.length > 1) groups.set(basename(path), people.sort());
    mkdirSync(join(root, folder), { recursive: true });
    copyFileSync(join(library.dir, path), join(root, folder, basename(path)));
  }
  // A bystander in each folder: someone else's photo, with a byte after its end so that it is another content.
  const names = readdirSync(join(root, 'people'));
  for (const [i, name] of names.entries()) {
    const other = join(root, 'people', names[(i + 1) % names.length]!);
    const photo = readdirSync(other).find((file) => extname(file) === '.jpg')!;
    const bytes = readFileSync(join(other, photo));
    writeFileSync(join(root, 'people', name, 'bystander.jpg'), Buffer.concat([bytes, Buffer.of(0)]));
  }
  return { root, cache: join(root, 'faces.npz'), models: await toyModels(), groups };
}

describe('face-sets import-folders', () => {
  let sorted: Sorted;
  let args: string[];
  let out: string;
  let first: Awaited<ReturnType<typeof faceSets>>;

  beforeAll(async () => {
    sorted = await sortLibrary();
    const { root, cache, models } = sorted;
    const embedded = await faceSets([
      'embed',
      join(root, 'people'),
      join(root, 'mixed'),
      cache,
      '--models',
      models,
    ]);
    expect(embedded.code, embedded.stderr).toBe(0);
    out = join(root, 'out');
    args = [
      'import-folders',
      cache,
      out,
      '--trusted-parent',
      join(root, 'people'),
      '--mixed',
      join(root, 'mixed'),
    ];
    args.push('--models', models, '--min-face-short', '60', '--min-short', '60');
    first = await faceSets(args);
  }, 300_000);

  it('makes a faceset of each folder, and says so', () => {
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toMatch(
      new RegExp(`^${out}: 3 people imported \\(3 written, 0 up to date\\)
  faceset_001  Ada    on 6 of 7 photos, and 2 faces in mixed folders
  faceset_002  Bruno  on 6 of 7 photos, and 2 faces in mixed folders
  faceset_003  Cleo   on 6 of 7 photos, and 1 face in mixed folders
3 faces left out: outlier 3
$`),
    );
    expect(readdirSync(join(out, 'faceset_001')).sort()).toEqual(
      ['Ada.txt', 'Ada_all.fsz', 'Ada_top30.fsz', 'NAME.txt', 'faces', 'manifest.json'].sort(),
    );
  });

  it('takes from a group photo the face of each person only, and none of a bystander', () => {
    for (const [i, name] of ['Ada', 'Bruno', 'Cleo'].entries()) {
      const { faces } = JSON.parse(readFileSync(join(out, `faceset_00${i + 1}`, 'manifest.json'), 'utf8'));
      const sources = (faces as { source: string }[]).map(({ source }) => source);
      const mixed = sources
        .filter((path) => path.startsWith(join(sorted.root, 'mixed')))
        .map((path) => basename(path));
      const expected = [...sorted.groups].filter(([, people]) => people.includes(name)).map(([file]) => file);
      expect(mixed.sort()).toEqual(expected.sort());
      expect(new Set(sources).size).toBe(sources.length);
      expect(sources.filter((path) => basename(path) === 'bystander.jpg')).toEqual([]);
    }
  });

  it('does nothing the second time', async () => {
    const [hashes, times] = [treeHashes(out), treeTimes(out)];
    const { code, stdout } = await faceSets([...args, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dry_run: false,
      written: [],
      unchanged: ['faceset_001', 'faceset_002', 'faceset_003'],
      problems: [],
      rejected_by: { outlier: 3 },
      refine_manifest: join(out, '_import', 'refine_manifest.json'),
    });
    expect([treeHashes(out), treeTimes(out)]).toEqual([hashes, times]);
  });

  it('takes its settings from a file, and flags before it', async () => {
    const config = join(sorted.root, 'import.json');
    writeFileSync(
      config,
      JSON.stringify({
        trusted: ['people/Ada'],
        mixed: ['mixed'],
        labels: { Ada: 'Aunt Ada' },
        min_short: 60,
        mixed_threshold: 0,
      }),
    );
    const other = join(sorted.root, 'other');
    const dry = ['import-folders', sorted.cache, other, '--config', config, '--dry-run', '--json'];
    const strict = JSON.parse((await faceSets(dry)).stdout);
    expect(strict).toMatchObject({ dry_run: true, people: [{ label: 'Aunt Ada', mixed: 0 }] });
    const given = JSON.parse((await faceSets([...dry, '--mixed-threshold', '0.45'])).stdout);
    expect(given.people).toMatchObject([{ label: 'Aunt Ada', mixed: 2 }]);
    expect(readdirSync(sorted.root)).not.toContain('other');
  });

  it('says in one line what is wrong with its folders', async () => {
    const { root, cache } = sorted;
    const failure = async (...more: string[]) => {
      const { code, stdout, stderr } = await faceSets([
        'import-folders',
        cache,
        join(root, 'x'),
        '--dry-run',
        ...more,
      ]);
      expect(stdout).toBe('');
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      return `${code} ${stderr}`;
    };
    expect(await failure()).toMatch(/^2 face-sets: no trusted folder: give --trusted/);
    expect(await failure('--trusted', join(root, 'nobody'))).toMatch(
      /^1 face-sets: the cache has no photo in .*nobody: check the spelling, or embed the folder first/,
    );
    expect(await failure('--trusted', join(root, 'people', 'Ada'), '--labels', 'Ada')).toMatch(
      /^2 face-sets: .*expected DIR=LABEL/,
    );
    expect(await failure('--config', join(root, 'none.json'))).toMatch(
      /^1 face-sets: .*none\.json cannot be read/,
    );
    rmSync(join(root, 'link'), { force: true });
    symlinkSync(join(root, 'people'), join(root, 'link'), 'junction');
    const linked = await faceSets([
      'import-folders',
      cache,
      join(root, 'x'),
      '--dry-run',
      '--trusted',
      join(root, 'link', 'Ada'),
    ]);
    expect(linked.stdout).toContain('1 person would be imported; nothing was written');
  });

  it('reports a folder of several people, and fails where no one is left', async () => {
    const { root, cache } = sorted;
    const { code, stdout } = await faceSets([
      'import-folders',
      cache,
      join(root, 'x'),
      '--dry-run',
      '--trusted',
      join(root, 'mixed'),
      '--min-short',
      '60',
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /0 people would be imported[\s\S]*To look at:\n {2}mixed: it is not clear which person it shows/,
    );
    expect(readdirSync(root)).not.toContain('x');
  });
});
