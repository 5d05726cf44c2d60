import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeNpz } from '@face-sets/npz/file';
import { tempDir } from '@face-sets/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { CacheIoError, FaceCacheWriter, readFaceCache } from '../src/index.js';
import { enrichmentOf, faceRows, imageRecord, PROVENANCE } from './cache-fixture.js';
import { type FailingDisk, failingDisk } from './failing-disk.js';

const path = join(tempDir('disk'), 'faces.npz');
let before: Buffer;
let after: Buffer;
let calls: readonly string[];

/** Images for which a flush returned. */
let flushed = 0;

/** Goes on with a cache of four images: a session with flushes, an explicit fold, and the fold of closing. */
async function session(fileSystem?: FailingDisk): Promise<void> {
  const writer = await FaceCacheWriter.open(path, { ...PROVENANCE, fileSystem });
  flushed = writer.images.length;
  try {
    for (let i = writer.images.length; i < 12; i++) {
      writer.addImage(imageRecord(i), faceRows(i));
      if (i % 3 === 0) {
        await writer.flush();
        flushed = i + 1;
      }
      if (i === 7) {
        for (let face = 0; face < 3; face++) writer.setEnrichment(face, enrichmentOf(face));
        await writer.fold();
        flushed = 8;
      }
    }
    for (let face = 0; face < writer.faceCount; face++) {
      if (!writer.isEnriched(face)) writer.setEnrichment(face, enrichmentOf(face));
    }
  } catch (error) {
    // As a program would that gives up: what it still holds in memory is lost.
    await writer.close({ fold: false }).catch(() => {});
    throw error;
  }
  await writer.close();
}

function reset(): void {
  flushed = 0;
  for (const name of readdirSync(dirname(path))) rmSync(join(dirname(path), name));
  writeFileSync(path, before);
}

beforeAll(async () => {
  const writer = await FaceCacheWriter.open(path, PROVENANCE);
  for (let i = 0; i < 4; i++) writer.addImage(imageRecord(i), faceRows(i));
  await writer.close();
  before = readFileSync(path);
  const disk = failingDisk(() => null);
  await session(disk);
  calls = disk.calls;
  after = readFileSync(path);
});

describe('when the disk fails', () => {
  it('covers every kind of call that changes something', () => {
    expect(new Set(calls)).toEqual(new Set(['open', 'write', 'sync', 'rename', 'unlink']));
    expect(calls.length).toBeGreaterThan(60);
  });

  for (const [title, codes, lasting] of [
    ['once', ['ENOSPC', 'EIO'], false],
    ['from then on', ['ENOSPC', 'EROFS'], true],
  ] as const) {
    for (const code of codes) {
      it(`${title}, with ${code}, at any call: nothing flushed is lost, the error is clear, and the next session makes it good`, async () => {
        for (let failing = 0; failing < calls.length; failing++) {
          reset();
          const disk = failingDisk((call) => ((lasting ? call >= failing : call === failing) ? code : null));
          const error = await session(disk).then(
            () => null,
            (reason) => reason,
          );
          const what = `call ${failing} (${calls[failing]})`;
          if (error !== null) {
            expect(error, what).toBeInstanceOf(CacheIoError);
            expect(error.message, what).toContain(code);
            expect(error.message, what).not.toContain('\n');
            expect(error).toMatchObject({ code: 'ERR_CACHE_IO', systemCode: code });
          } else {
            // Only giving back the lock may fail unnoticed; the next writer takes it over.
            expect(readFileSync(path).equals(after), what).toBe(true);
          }
          const data = await readFaceCache(path);
          expect(data.images.length, what).toBeGreaterThanOrEqual(flushed);
          expect(data.images, what).toEqual(
            Array.from({ length: data.images.length }, (_, i) => imageRecord(i)),
          );
          rmSync(`${path}.lock`, { force: true });
          await session();
          expect(readFileSync(path).equals(after), what).toBe(true);
          expect(readdirSync(dirname(path)), what).toEqual(['faces.npz']);
        }
      });
    }
  }

  it('a flush can be repeated once there is room again, and nothing was lost in between', async () => {
    reset();
    let full = false;
    const disk = failingDisk((_call, name) => (full && name === 'write' ? 'ENOSPC' : null));
    const writer = await FaceCacheWriter.open(path, { ...PROVENANCE, fileSystem: disk });
    for (let i = 4; i < 12; i++) {
      writer.addImage(imageRecord(i), faceRows(i));
      full = i % 2 === 0;
      if (full) {
        await expect(writer.flush()).rejects.toThrow('no space left on the disk (ENOSPC)');
        await expect(writer.fold()).rejects.toThrow('everything flushed before is still there');
        expect((await readFaceCache(path)).images.length).toBe(i);
      } else {
        await writer.flush();
        expect((await readFaceCache(path)).images.length).toBe(i + 1);
      }
    }
    for (let face = 0; face < writer.faceCount; face++) writer.setEnrichment(face, enrichmentOf(face));
    await writer.close();
    expect(readFileSync(path).equals(after)).toBe(true);
  });

  it('a file that cannot be synced is not published by writeNpz', async () => {
    const target = join(tempDir('disk'), 'a.npz');
    for (const name of ['write', 'sync', 'rename']) {
      const fileSystem = failingDisk((_call, call) => (call === name ? 'EIO' : null));
      await expect(writeNpz(target, { a: { data: Int8Array.of(1) } }, { fileSystem })).rejects.toThrow('EIO');
      expect(existsSync(target)).toBe(false);
      expect(readdirSync(dirname(target))).toEqual([]);
    }
  });
});
