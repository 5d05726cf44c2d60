import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import {
  CacheNotFoundError,
  cluster,
  dedup,
  embed,
  InvalidOptionsError,
  PipelineError,
} from '../../src/index.js';

const dir = tempDir('pipeline-errors');

describe('An error of a step', () => {
  it('has a stable code, and says options that conflict in words of the arguments of the function', async () => {
    const wrong = cluster(dir, dir, { linkage: 'single', algorithm: 'hdbscan' });
    await expect(wrong).rejects.toThrow(InvalidOptionsError);
    await expect(wrong).rejects.toThrow(PipelineError);
    await expect(wrong).rejects.toMatchObject({
      name: 'InvalidOptionsError',
      code: 'ERR_INVALID_OPTIONS',
      message: 'linkage is for algorithm agglomerative; hdbscan has none',
    });
    // No folder can be made below a file.
    const blocked = embed([dir], `${import.meta.filename}/faces.npz`);
    await expect(blocked).rejects.not.toThrow(InvalidOptionsError);
    await expect(blocked).rejects.toMatchObject({ name: 'PipelineError', code: 'ERR_PIPELINE' });
  });

  it('marks names of options in its template, for programs that call them otherwise', async () => {
    const wrong = cluster(dir, dir, { algorithm: 'agglomerative', minClusterSize: 3 });
    await expect(wrong).rejects.toMatchObject({
      template: '\0minClusterSize\0 and \0minSamples\0 are for \0algorithm\0 hdbscan, which is not chosen',
      message: 'minClusterSize and minSamples are for algorithm hdbscan, which is not chosen',
    });
  });

  it('leaves a path that is named like an option alone', async () => {
    const blocked = embed([dir], `${import.meta.filename}/cache`);
    const error = await blocked.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(PipelineError);
    expect((error as PipelineError).template).toBe((error as PipelineError).message);
  });

  it('of a cache that is missing is that of caches', async () => {
    await expect(dedup(`${dir}/none.npz`)).rejects.toThrow(CacheNotFoundError);
  });
});
