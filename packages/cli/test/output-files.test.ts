import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { FaceCacheWriter } from '@face-sets/cache-npz';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Finished, faceSets } from './face-sets.js';
import { groupPhotos } from './group-photos.js';

let made: string;
let models: string;
let library: string;
let photo: string;

beforeAll(async () => {
  made = tempDir('output-files');
  models = await toyModels();
  library = (await toyLibrary('small')).dir;
  photo = readdirSync(library, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('.jpg'))!;
  const { code, stderr } = await faceSets([
    ...['run', library, '--out', join(made, 'run'), '--models', models],
    ...['--min-faces', '3', '--min-blur', '0', '--min-short', '20'],
  ]);
  expect(code, stderr).toBe(0);
  await otherCache(join(made, 'other.npz'));
});

/** A cache that other models have made. */
async function otherCache(path: string): Promise<void> {
  const model = { name: 'other', sha256: '0'.repeat(64) };
  const writer = await FaceCacheWriter.open(path, {
    models: { detection: model, recognition: model },
    detection: { sizes: [640], threshold: 0.5, nms: 0.4 },
    tool: 'test',
    embeddingDim: 32,
  });
  const record = { path: '/photo.jpg', pathAliases: [], sha256: '1'.repeat(64), size: 1, mtime: 0 };
  writer.addImage({ ...record, width: 10, height: 10, status: 'noface' }, []);
  await writer.close();
}

/** What may be where an output is to go, by what to call it. */
const IN_THE_WAY: Record<string, (path: string) => void> = {
  'an original photo': (path) => copyFileSync(join(library, photo), path),
  'a cache of other models': (path) => copyFileSync(join(made, 'other.npz'), path),
  'a text': (path) => writeFileSync(path, 'mine\n'),
  'an empty file': (path) => writeFileSync(path, ''),
  'a JSON file': (path) => writeFileSync(path, '{"kind": "mine"}\n'),
  'a picture': (path) => writeFileSync(path, '<svg xmlns="http://www.w3.org/2000/svg"/>\n'),
  'a folder of photos': (path) => {
    mkdirSync(path);
    copyFileSync(join(library, photo), join(path, 'a.jpg'));
  },
  'a pipe': (path) => {
    execFileSync('mkfifo', [path]);
  },
  'a link to a photo': (path) => {
    copyFileSync(join(library, photo), `${path}.target`);
    symlinkSync(`${path}.target`, path);
  },
  'a link to a text': (path) => {
    writeFileSync(`${path}.target`, 'mine\n');
    symlinkSync(`${path}.target`, path);
  },
  'a link to a folder of photos': (path) => {
    mkdirSync(`${path}.target`);
    copyFileSync(join(library, photo), join(`${path}.target`, 'a.jpg'));
    symlinkSync(`${path}.target`, path);
  },
  'a link to a pipe': (path) => {
    execFileSync('mkfifo', [`${path}.target`]);
    symlinkSync(`${path}.target`, path);
  },
};

interface Output {
  /** Where it goes, below `dir`, which has a copy of the files of a run in it. */
  path(dir: string): string;
  args(dir: string): string[];
  /** Not in the way of this one: it takes such a thing, or none can be there. */
  fine?: string[];
}
const cacheOf = (dir: string) => join(dir, 'run', 'faces.npz');
const swapOf = (dir: string) => join(dir, 'run', 'facesets_swap_ready');
const rawOf = (dir: string) => join(dir, 'run', 'raw');

const OUTPUTS: Record<string, Output> = {
  'calibrate --out': {
    path: (dir) => join(dir, 'x'),
    args: (dir) => ['calibrate', cacheOf(dir), '--out', join(dir, 'x')],
  },
  'calibrate --plot': {
    path: (dir) => join(dir, 'x'),
    args: (dir) => ['calibrate', cacheOf(dir), '--plot', join(dir, 'x')],
  },
  'embed CACHE': {
    path: (dir) => join(dir, 'x.npz'),
    args: (dir) => ['embed', library, join(dir, 'x.npz'), '--models', models],
  },
  'merge OUT': {
    path: (dir) => join(dir, 'x.npz'),
    args: (dir) => ['merge', cacheOf(dir), join(dir, 'x.npz')],
  },
  'dedup CACHE': {
    path: (dir) => `${cacheOf(dir)}.duplicates.json`,
    args: (dir) => ['dedup', cacheOf(dir)],
  },
  'report OUT': {
    path: (dir) => join(rawOf(dir), 'report.html'),
    args: (dir) => ['report', rawOf(dir)],
  },
  'report of duplicates': {
    path: (dir) => join(dir, 'd.duplicates'),
    args: (dir) => ['report', join(dir, 'd.duplicates.json')],
    // The page goes into it.
    fine: ['a folder of photos'],
  },
  'cluster OUT': {
    path: (dir) => join(dir, 'x'),
    args: (dir) => ['cluster', cacheOf(dir), join(dir, 'x')],
  },
  'refine OUT': {
    path: (dir) => join(dir, 'x'),
    args: (dir) => ['refine', cacheOf(dir), join(dir, 'x')],
  },
  'export-swap OUT': {
    path: (dir) => join(dir, 'x'),
    args: (dir) => [
      ...['export-swap', cacheOf(dir), join(dir, 'run', 'refined', 'refine_manifest.json'), join(dir, 'x')],
      ...['--models', models],
    ],
  },
  'extend --refine-out': {
    path: (dir) => join(dir, 'x'),
    args: (dir) => ['extend', cacheOf(dir), rawOf(dir), '--refine-out', join(dir, 'x')],
  },
  'run --out': {
    path: (dir) => join(dir, 'x'),
    args: (dir) => ['run', library, '--out', join(dir, 'x'), '--models', models],
  },
  'the cache of run': {
    path: (dir) => cacheOf(dir),
    args: (dir) => ['run', library, '--out', join(dir, 'run'), '--models', models],
  },
  'the people of run': {
    path: (dir) => rawOf(dir),
    args: (dir) => ['run', library, '--out', join(dir, 'run'), '--models', models],
  },
  'the facesets of run': {
    path: (dir) => swapOf(dir),
    args: (dir) => ['run', library, '--out', join(dir, 'run'), '--models', models],
  },
  'the dates beside a cache': {
    path: (dir) => `${cacheOf(dir)}.dates.jsonl`,
    args: (dir) => ['run', library, '--out', join(dir, 'run'), '--models', models, '--select', 'diverse'],
    // It is filled.
    fine: ['an empty file'],
  },
};

function state(path: string): string {
  const info = lstatSync(path, { bigint: true });
  const mine = `${info.ino} ${info.nlink} ${info.mode} ${info.mtimeNs}`;
  if (info.isSymbolicLink()) return `${mine} -> ${state(`${path}.target`)}`;
  if (info.isDirectory()) {
    return [mine, ...readdirSync(path).map((name) => name + state(join(path, name)))].join('\n');
  }
  return info.isFile() ? `${mine} ${readFileSync(path, 'base64')}` : mine;
}

/** Runs a command that must not wait for a pipe. */
function withinTime(args: string[]): Promise<Finished> {
  return Promise.race([
    faceSets(args),
    new Promise<never>((_, fail) => {
      setTimeout(() => fail(new Error(`${args.join(' ')} waits`)), 120_000).unref();
    }),
  ]);
}

describe.skipIf(process.platform === 'win32')('What face-sets has not written', () => {
  it.each(Object.entries(OUTPUTS))(
    'is not written over, removed or followed by %s, and named',
    async (_, { path, args, fine = [] }) => {
      for (const [what, put] of Object.entries(IN_THE_WAY)) {
        if (fine.includes(what)) continue;
        const dir = tempDir('in-the-way');
        cpSync(join(made, 'run'), join(dir, 'run'), { recursive: true, preserveTimestamps: true });
        writeFileSync(join(dir, 'd.duplicates.json'), JSON.stringify(noDuplicates(cacheOf(dir))));
        rmSync(path(dir), { recursive: true, force: true });
        put(path(dir));
        const before = state(path(dir));
        const { code, stdout, stderr } = await withinTime(args(dir));
        expect(code, `${what}: ${stdout}${stderr}`).toBe(1);
        expect(stderr, what).toContain(path(dir).slice(dir.length));
        expect(stderr, what).not.toMatch(/ {4}at /);
        expect(state(path(dir)), what).toBe(before);
      }
    },
    900_000,
  );

  it('is told from what it has written: the same command again does it again', async () => {
    const dir = tempDir('again');
    cpSync(join(made, 'run'), join(dir, 'run'), { recursive: true, preserveTimestamps: true });
    const grouped = join(dir, 'grouped.npz');
    await groupPhotos(grouped, 100);
    const [json, plot] = [join(dir, 'c.json'), join(dir, 'c.svg')];
    for (const args of [
      ['calibrate', grouped, '--out', json, '--plot', plot],
      ['dedup', cacheOf(dir)],
      ['report', rawOf(dir)],
      ['embed', library, cacheOf(dir), '--models', models],
    ]) {
      for (let i = 0; i < 2; i++) expect(await faceSets(args)).toMatchObject({ code: 0 });
    }
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ schema_version: 1, kind: 'calibration' });
    expect(lstatSync(json).mode & 0o777).toBe(0o600);
    expect(existsSync(plot)).toBe(true);
  });

  it('is not mixed up either: a result and a picture in one file are refused before the work', async () => {
    const cache = join(made, 'run', 'faces.npz');
    const both = await faceSets(['calibrate', cache, '--out', 'x', '--plot', './x']);
    expect(both.code).toBe(2);
    expect(both.stderr).toContain('the same file');
  });
});

/** A list of duplicates of a library that has none. */
function noDuplicates(path: string) {
  const zero = { photos: 0, identical_groups: 0, identical_copies: 0, identical_bytes: 0 };
  return {
    schema_version: 1,
    kind: 'duplicates',
    cache: { path, sha256: '0'.repeat(64), faces: 0, images: 0 },
    options: {},
    summary: { ...zero, near_groups: 0, near_copies: 0, near_bytes: 0, problems: 0 },
    identical: [],
    near_duplicates: [],
    problems: [],
  };
}
