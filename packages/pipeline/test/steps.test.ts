import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  CacheNotFoundError,
  cluster,
  dedup,
  embed,
  extend,
  InvalidOptionsError,
  listUndo,
  merge,
  type PipelineEvent,
  planRun,
  refine,
} from '../src/index.js';

let photos: string;
let models: string;
let cache: string;
let root: string;
const told: PipelineEvent[] = [];

beforeAll(async () => {
  root = tempDir('pipeline');
  photos = (await toyLibrary('small')).dir;
  // Models of another name than the thresholds are made for.
  models = join(root, 'models');
  mkdirSync(models);
  for (const file of readdirSync(await toyModels())) {
    copyFileSync(join(await toyModels(), file), join(models, file.replace('w600k_r50', 'mobilefacenet')));
  }
  cache = join(root, 'faces.npz');
  await embed([photos], cache, { models, onEvent: (event) => told.push(event) });
});

describe('A step', () => {
  it('tells its caller when a stage begins, how far it is and what it did', () => {
    expect(told[0]).toEqual({ type: 'start', stage: 'Embedding', unit: 'photos', interruptible: true });
    const progress = told.filter(({ type }) => type === 'progress');
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toMatchObject({ stage: 'Embedding', unit: 'photos' });
    const end = told.filter(({ type }) => type === 'end');
    expect(end).toEqual([
      { type: 'end', stage: 'Embedding', summary: expect.stringMatching(/^Embedded \d+ photos: \d+ faces$/) },
    ]);
  });

  it('has the defaults of the command line, and does nothing the second time', async () => {
    const out = join(root, 'raw');
    const first = await cluster(cache, out);
    expect(first.upToDate).toBe(false);
    expect(first.summary.people).toBeGreaterThan(1);
    const again = await cluster(cache, out, { threshold: 0.55, algorithm: 'agglomerative', link: 'clone' });
    expect(again).toMatchObject({ upToDate: true, summary: first.summary });
    expect((await extend(cache, out)).cluster).toMatchObject({ upToDate: true });
  });

  it('warns where default thresholds meet embeddings of another model, and not where they were given', async () => {
    const warnings: string[] = [];
    const onEvent = (event: PipelineEvent) => {
      if (event.type === 'warning') warnings.push(event.text);
    };
    await refine(cache, join(root, 'refined'), { minFaces: 2, mergeThreshold: 0.4, onEvent });
    expect(warnings).toEqual([
      expect.stringMatching(/thresholds at their defaults: initialThreshold, outlierThreshold$/),
    ]);
    await cluster(cache, join(root, 'given'), { threshold: 0.5, onEvent });
    expect(warnings).toHaveLength(1);
  });

  it('stops when its signal is aborted, and leaves no half of an output', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const out = join(root, 'stopped');
    await expect(cluster(cache, out, { signal })).rejects.toThrow('enough');
    expect(existsSync(out)).toBe(false);
    const later = join(root, 'stopped.npz');
    const { interrupted, embedded } = await embed([photos], later, { models, signal });
    expect({ interrupted, embedded }).toEqual({ interrupted: true, embedded: 0 });
  });

  it('refuses options that make no sense together with a stable code, in words of its own arguments', async () => {
    const wrong = cluster(cache, join(root, 'wrong'), { linkage: 'single', algorithm: 'hdbscan' });
    await expect(wrong).rejects.toThrow(InvalidOptionsError);
    await expect(wrong).rejects.toMatchObject({
      code: 'ERR_INVALID_OPTIONS',
      message: 'linkage is for algorithm agglomerative; hdbscan has none',
    });
    const missing = dedup(join(root, 'none.npz'));
    await expect(missing).rejects.toThrow(CacheNotFoundError);
    await expect(missing).rejects.toMatchObject({ code: 'ERR_CACHE_NOT_FOUND' });
  });

  it('plans a run without writing anything', async () => {
    const out = join(root, 'planned');
    const plan = await planRun([photos], out);
    expect(plan.listed).toBeGreaterThan(0);
    expect(plan.toOpen).toBe(plan.listed);
    expect(existsSync(out)).toBe(false);
  });

  it('unites caches, and lists what can be undone', async () => {
    const { faces } = await merge([cache], join(root, 'merged.npz'));
    expect(faces).toBeGreaterThan(0);
    expect(await listUndo(join(root, 'raw'))).toEqual([]);
  });
});
