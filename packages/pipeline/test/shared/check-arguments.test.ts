import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCache, tempDir } from '@face-sets/testing';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CacheNotFoundError,
  calibrate,
  cluster,
  dedup,
  embed,
  enrich,
  PipelineError,
  refine,
  run,
} from '../../src/index.js';
import { threePeople } from '../drawn-cache.js';

let root: string;
const photos = join(tempDir('pipeline-arguments'), 'photos');
/** Where no models are: a step that asks for them fails by another error. */
const models = join(photos, 'nowhere');

beforeAll(() => makeCache(threePeople(photos)));

beforeEach(() => {
  root = tempDir('pipeline-arguments');
});

describe('A cache to be read', () => {
  const steps = {
    calibrate: (cache: string) => calibrate(cache),
    cluster: (cache: string) => cluster(cache, join(root, 'out')),
    dedup: (cache: string) => dedup(cache),
    enrich: (cache: string) => enrich(cache, { models }),
    refine: (cache: string) => refine(cache, join(root, 'out')),
  };

  it.each(Object.entries(steps))(
    'of %s is refused where there is none, before models are looked for',
    async (_, step) => {
      const none = join(root, 'none.npz');
      const failing = step(none);
      await expect(failing).rejects.toThrow(CacheNotFoundError);
      await expect(failing).rejects.toThrow(`there is no face cache at ${none}: embed photos into it first`);
      await expect(step(root)).rejects.toThrow(`there is no face cache at ${root}, which is a folder:`);
    },
  );
});

describe('A cache to be written', () => {
  it('is refused where the file is no cache, before models are looked for, and left as it is', async () => {
    const file = join(root, 'letter.npz');
    writeFileSync(file, 'Dear Anna');
    await expect(embed([photos], file, { models })).rejects.toMatchObject({ code: 'ERR_NPZ_FORMAT' });
    expect(readFileSync(file, 'utf8')).toBe('Dear Anna');
  });

  it('is refused below a file', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    const cache = join(file, 'below', 'faces.npz');
    await expect(embed([photos], cache, { models })).rejects.toThrow(
      `${cache} cannot be written: ${file} is not a folder; choose another place`,
    );
  });

  it('gets a folder of its own that nobody else can read', async () => {
    const folder = join(root, 'new', 'folder');
    await expect(embed([photos], join(folder, 'faces.npz'), { models })).rejects.toMatchObject({
      name: 'ModelsNotFoundError',
    });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });
});

describe('An output', () => {
  it('is refused below a file, before photos are opened', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    const out = join(file, 'out');
    const failing = run([photos], { out, models });
    await expect(failing).rejects.toThrow(PipelineError);
    await expect(failing).rejects.toThrow(`${out} cannot be written: ${file} is not a folder`);
  });

  // Root may write everywhere, and is asked by its real id, which tests cannot put off.
  const mayWriteAnywhere = process.platform === 'win32' || process.getuid?.() === 0;

  it.skipIf(mayWriteAnywhere)('is refused where this user may not write', async () => {
    const locked = join(root, 'locked');
    mkdirSync(locked, { mode: 0o555 });
    const out = join(locked, 'new', 'out');
    await expect(run([photos], { out, models })).rejects.toThrow(
      `${out} cannot be written: no permission to write in ${locked}; change that, or choose another place`,
    );
  });
});
