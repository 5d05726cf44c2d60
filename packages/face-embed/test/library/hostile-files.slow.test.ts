import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FaceCacheWriter } from '@face-sets/cache-npz';
import { tempDir, toyModels } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { cacheSettings, embedLibrary, FaceAnalyzer, loadModels, photoPool } from '../../src/index.js';
import { hostileImages } from './hostile-images.js';

const FILES = 2050;
const SEED = Number(process.env.FACE_SETS_SEED ?? 1);
/** 12 MB of pixels: what is larger must be refused by what its head says, before memory is taken for it. */
const PIXEL_LIMIT = 4_000_000;
/** What the process may grow by: workers with their networks, decoders at work, and no picture beyond the limit. */
const MEMORY_MIB = 900;

describe('hostile files', () => {
  it(`are each recorded as faces, noface or error, in bounded memory (seed ${SEED})`, async () => {
    const dir = tempDir('hostile');
    const files = await hostileImages(FILES, SEED);
    for (const { name, bytes } of files) writeFileSync(join(dir, name), bytes);
    const models = await loadModels(await toyModels(), { threads: 1 });
    const settings = await cacheSettings(new FaceAnalyzer(models), 'test');
    const cache = await FaceCacheWriter.open(join(tempDir(), 'cache.npz'), settings);
    const engine = photoPool(models, { workers: 2 });
    const before = process.resourceUsage().maxRSS / 1024;
    try {
      const summary = await embedLibrary([dir], cache, engine, { limitInputPixels: PIXEL_LIMIT });
      expect(process.resourceUsage().maxRSS / 1024 - before).toBeLessThan(MEMORY_MIB);
      expect(summary.listed).toBe(files.length);
      const { embedded, duplicates, failures } = summary;
      expect(embedded + duplicates + failures.length).toBe(files.length);
    } finally {
      await engine.close();
    }
    const outcome = new Map<string, string>();
    for (const { path, pathAliases, status, error, width, height } of cache.images) {
      for (const name of [path, ...pathAliases]) outcome.set(basename(name), status);
      if (status === 'error') {
        expect(error).toMatch(/^[^\n]+$/);
        expect(error).not.toContain(dir);
      } else {
        expect(width * height).toBeGreaterThan(0);
        expect(width * height).toBeLessThanOrEqual(PIXEL_LIMIT);
      }
    }
    await cache.close();
    expect(outcome.size).toBe(files.length);
    for (const { name } of files) {
      const status = outcome.get(name)!;
      expect(['faces', 'noface', 'error'], name).toContain(status);
      if (/-(sound|wrong-extension|strip|blown-up)\./.test(name)) expect(status, name).toBe('noface');
      if (/-(zeros|text|bomb)\./.test(name)) expect(status, name).toBe('error');
    }
    const errors = [...outcome.values()].filter((status) => status === 'error').length;
    // Much damage leaves a picture, much does not: a corpus of one kind only would test little.
    expect(errors).toBeGreaterThan(files.length * 0.2);
    expect(errors).toBeLessThan(files.length * 0.9);
  }, 900_000);
});
