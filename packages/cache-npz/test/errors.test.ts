import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeNpz } from '@face-sets/npz/file';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import {
  assertSameModels,
  cacheWith,
  FaceCacheWriter,
  mergeFaceCaches,
  readFaceCache,
} from '../src/index.js';
import { faceRows, imageRecord, PROVENANCE } from './cache-fixture.js';
import { failingDisk } from './failing-disk.js';

/** Runs in a new folder; returns what is thrown. */
async function thrownBy(work: (path: string) => unknown): Promise<unknown> {
  const path = join(tempDir('errors'), 'faces.npz');
  try {
    await work(path);
  } catch (error) {
    return error;
  }
  return null;
}

const written = async (path: string): Promise<FaceCacheWriter> => {
  const writer = await FaceCacheWriter.open(path, PROVENANCE);
  writer.addImage(imageRecord(0), faceRows(0));
  return writer;
};

describe('an error has a name and a code that stay, for programs', () => {
  it.each<[string, string, (path: string) => unknown]>([
    ['CacheNotFoundError', 'ERR_CACHE_NOT_FOUND', (path) => readFaceCache(path)],
    [
      'CacheFormatError',
      'ERR_CACHE_FORMAT',
      async (path) => {
        await writeNpz(path, { a: { data: Int8Array.of(1) } });
        await readFaceCache(path);
      },
    ],
    [
      'NpzFormatError',
      'ERR_NPZ_FORMAT',
      (path) => {
        writeFileSync(path, 'no zip');
        return readFaceCache(path);
      },
    ],
    [
      'CacheExistsError',
      'ERR_CACHE_EXISTS',
      async (path) => {
        await (await written(path)).close();
        await mergeFaceCaches([path], path, 'test');
      },
    ],
    [
      'CacheModelMismatchError',
      'ERR_CACHE_MODEL_MISMATCH',
      async (path) => {
        await (await written(path)).close();
        assertSameModels(path, (await readFaceCache(path)).meta, { embeddingDim: 7 }, false);
      },
    ],
    [
      'CacheLockedError',
      'ERR_CACHE_LOCKED',
      async (path) => {
        const writer = await written(path);
        try {
          await FaceCacheWriter.open(path, PROVENANCE);
        } finally {
          await writer.close();
        }
      },
    ],
    [
      'CacheIoError',
      'ERR_CACHE_IO',
      (path) => FaceCacheWriter.open(path, { ...PROVENANCE, fileSystem: failingDisk(() => 'EROFS') }),
    ],
    [
      'CacheClosedError',
      'ERR_CACHE_CLOSED',
      async (path) => {
        const writer = await written(path);
        await writer.close();
        writer.addImage(imageRecord(1), faceRows(1));
      },
    ],
    [
      'InvalidArgumentError',
      'ERR_INVALID_ARGUMENT',
      async (path) => {
        const writer = await written(path);
        try {
          writer.addImage({ ...imageRecord(1), width: -1 }, faceRows(1));
        } finally {
          await writer.close();
        }
      },
    ],
    ['InvalidArgumentError', 'ERR_INVALID_ARGUMENT', (path) => mergeFaceCaches([], path, 'test')],
    [
      'InvalidArgumentError',
      'ERR_INVALID_ARGUMENT',
      (path) => readFaceCache(path, { members: ['nose' as 'bbox'] }),
    ],
    [
      'InvalidArgumentError',
      'ERR_INVALID_ARGUMENT',
      () => cacheWith({ images: [], faceCount: 1, dim: 4, imageIndex: Int32Array.of(0) }, 'bbox'),
    ],
  ])('%s: %s', async (name, code, work) => {
    expect(await thrownBy(work)).toMatchObject({ name, code });
  });
});
