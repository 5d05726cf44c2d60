import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FaceCacheWriter, readFaceCache } from '@face-sets/cache-npz';
import { ImageDecodeError } from '@face-sets/photos';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  cacheSettings,
  type ExecutionProvider,
  ExecutionProviderError,
  embedLibrary,
  FaceAnalyzer,
  FaceModels,
  loadModels,
  type ModelFolder,
  onnxRuntime,
  type PhotoEngine,
  photoEngine,
  photoPool,
  readModelFolder,
} from '../../src/index.js';

let folder: ModelFolder;
/** A folder with a few drawn photos. */
let photos: string;
let files: string[];

beforeAll(async () => {
  folder = await readModelFolder(await toyModels());
  const library = await toyLibrary('small');
  photos = join(tempDir(), 'photos');
  mkdirSync(photos);
  files = library.photos
    .filter(({ kind, faces }) => kind === 'drawn' && faces.length > 0)
    .slice(0, 4)
    .map(({ path }) => {
      const copy = join(photos, basename(path));
      copyFileSync(join(library.dir, path), copy);
      return copy;
    });
});

describe('photoPool', () => {
  it('finishes the photos in work when it is closed, and rejects those that wait', async () => {
    const pool = photoPool(new FaceModels(folder, { threads: 1 }), { workers: 1 });
    const photo = () => pool.analyze(new Uint8Array(readFileSync(files[0])));
    await photo();
    const inWork = photo();
    const waiting = [photo(), photo()];
    const settled = Promise.allSettled(waiting);
    await pool.close();
    expect((await inWork).faces.length).toBeGreaterThan(0);
    for (const { status } of await settled) expect(status).toBe('rejected');
  });

  it('finds what the same models find in this thread', async () => {
    const pool = photoPool(new FaceModels(folder, { threads: 1 }), { workers: 2 });
    const here = photoEngine(new FaceAnalyzer(new FaceModels(folder, { threads: 1 })));
    expect(pool.parallel).toBe(2);
    try {
      const found = await Promise.all(files.map((file) => pool.analyze(new Uint8Array(readFileSync(file)))));
      for (const [i, file] of files.entries()) {
        const bytes = readFileSync(file);
        const expected = await here.analyze(bytes);
        expect(found[i]).toEqual(expected);
        expect(found[i].faces.length).toBeGreaterThan(0);
        const boxes = expected.faces.map((face) => face.bbox);
        expect(await pool.landmarks(new Uint8Array(bytes), boxes)).toEqual(
          await here.landmarks(bytes, boxes),
        );
      }
    } finally {
      await pool.close();
      await here.close();
    }
  });

  it('tells what is no photo from faults of its own, and goes on', async () => {
    const pool = photoPool(new FaceModels(folder, { threads: 1 }), { workers: 1 });
    const text = () => new Uint8Array(Buffer.from('no picture'));
    try {
      await expect(pool.analyze(text())).rejects.toBeInstanceOf(ImageDecodeError);
      expect((await pool.analyze(new Uint8Array(readFileSync(files[0])))).faces.length).toBeGreaterThan(0);
    } finally {
      await pool.close();
    }
    const broken = photoPool(new FaceModels({ ...folder, files: {} }, { threads: 1 }), { workers: 1 });
    try {
      const error = await broken.analyze(new Uint8Array(readFileSync(files[0]))).catch((thrown) => thrown);
      expect(error).not.toBeInstanceOf(ImageDecodeError);
      expect(error.message).toContain('holds no model for detection');
    } finally {
      await broken.close();
    }
  });

  it('refuses a provider that the runtime lacks before any worker starts', () => {
    const lacking = process.platform === 'win32' ? 'coreml' : 'dml';
    expect(() => photoPool(new FaceModels(folder, { provider: lacking }), { workers: 2 })).toThrow(
      ExecutionProviderError,
    );
  });

  it('says in one line which provider does not start on this machine', async (ctx) => {
    const cuda = onnxRuntime()
      .listSupportedBackends()
      .find(({ name }) => name === 'cuda');
    if (!cuda) ctx.skip('this build of the runtime knows no provider that could fail to start');
    let engine: PhotoEngine | undefined;
    try {
      engine = photoPool(new FaceModels(folder, { threads: 1, provider: 'cuda' }), { workers: 1 });
      // Where there is a CUDA device it works.
      const photo = await engine.analyze(new Uint8Array(readFileSync(files[0])));
      expect(photo.faces.length).toBeGreaterThan(0);
    } catch (error) {
      const { message } = error as Error;
      expect(message).toMatch(/CUDA libraries .* not installed|could not be started on "cuda"/);
      expect(message).toMatch(/use provider "cpu"$/);
    } finally {
      await engine?.close();
    }
  });

  it('fills a cache of the same form whichever provider is used', async () => {
    const caches = [];
    for (const provider of ['cpu', 'auto'] satisfies ExecutionProvider[]) {
      const models = await loadModels(folder, { threads: 1, provider });
      const path = join(tempDir(), 'cache.npz');
      const cache = await FaceCacheWriter.open(path, await cacheSettings(new FaceAnalyzer(models), 'test'));
      const engine = photoPool(models, { workers: 2 });
      await embedLibrary([photos], cache, engine);
      await engine.close();
      await cache.close();
      caches.push(await readFaceCache(path));
    }
    const [cpu, auto] = caches;
    expect(cpu.faceCount).toBeGreaterThan(files.length - 1);
    expect(auto.meta).toEqual(cpu.meta);
    expect(auto.images).toEqual(cpu.images);
    expect(Object.keys(auto)).toEqual(Object.keys(cpu));
    expect(auto.embedding).toHaveLength(cpu.embedding.length);
  });
});
