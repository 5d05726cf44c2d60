import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheImage } from '@face-sets/cache-npz';
import { drawnFaceFinder, makeCache, tempDir } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { readPhoto, readsParts } from '../../src/index.js';

let photo: CacheImage;
let copy: string;

beforeEach(async () => {
  const dir = tempDir('read-photo');
  copy = join(dir, 'copy.png');
  const { images } = await makeCache([
    {
      path: join(dir, 'a.png'),
      aliases: [copy],
      width: 60,
      height: 40,
      faces: [{ who: 0, bbox: [5, 5, 25, 30] }],
    },
  ]);
  [photo] = images;
});

const PART = { x: 10, y: 5, width: 20, height: 20 };

describe('readPhoto', () => {
  it('reads the photo, or the first copy of it that still has the content', async () => {
    const finder = drawnFaceFinder();
    expect(await readPhoto(photo, finder)).toMatchObject({ width: 60, height: 40 });
    writeFileSync(photo.path, 'another');
    expect(await readPhoto(photo, finder)).toMatchObject({ width: 60, height: 40 });
    expect(finder.decoded).toEqual([photo.path, copy]);
  });

  it('says of the first path why there is none', async () => {
    writeFileSync(photo.path, 'another');
    rmSync(copy);
    const finder = drawnFaceFinder();
    expect(await readPhoto(photo, finder)).toMatchObject({
      reason: { code: 'source-changed', message: expect.stringContaining(photo.path) },
    });
    rmSync(photo.path);
    expect(await readPhoto(photo, finder)).toMatchObject({ reason: { code: 'source-missing' } });
    mkdirSync(photo.path);
    expect(await readPhoto(photo, finder)).toMatchObject({ reason: { code: 'source-unreadable' } });
    expect(finder.decoded).toEqual([]);
  });

  it('says what a decoder says that cannot read it, and goes on to the copy before', async () => {
    const tried: string[] = [];
    const decode = async (path: string) => {
      tried.push(path);
      throw new Error('the file is cut off\nat byte 7');
    };
    expect(await readPhoto(photo, { decode })).toEqual({
      reason: { code: 'source-unreadable', message: `${copy} cannot be read: the file is cut off` },
    });
    expect(tried).toEqual([photo.path, copy]);
  });

  it('takes no picture of another size than its faces were found in', async () => {
    expect(await readPhoto({ ...photo, width: 61 }, drawnFaceFinder())).toEqual({
      reason: {
        code: 'source-size',
        message: `${copy} decodes to 60×40, 61×40 when its faces were found; embed the photo again`,
      },
    });
  });

  it('asks for the part alone where the finder can decode one, but not of a photo that was turned', async () => {
    const asked: unknown[] = [];
    const finder = {
      ...drawnFaceFinder(),
      decode: async (_: string, rotation?: number) => {
        asked.push(rotation);
        return { data: new Uint8Array(60 * 40 * 3), width: 60, height: 40 };
      },
      decodePart: async (_: string, part: typeof PART, size?: number) => {
        asked.push([part, size]);
        return { image: { data: new Uint8Array(1200), width: 20, height: 20 }, width: 60, height: 40 };
      },
    };
    expect(await readPhoto(photo, finder, PART, 8)).toMatchObject({ width: 20 });
    expect(await readPhoto({ ...photo, rotation: 90 }, finder, PART, 8)).toMatchObject({ width: 60 });
    expect(await readPhoto(photo, finder)).toMatchObject({ width: 60 });
    expect(asked).toEqual([[PART, 8], 90, undefined]);
    expect(readsParts(photo, finder)).toBe(true);
    expect(readsParts({ ...photo, rotation: 90 }, finder)).toBe(false);
    expect(readsParts(photo, {})).toBe(false);
  });
});
