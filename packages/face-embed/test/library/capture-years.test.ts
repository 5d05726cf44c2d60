import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ImageRecord } from '@face-sets/cache-npz';
import { captureDatesPath } from '@face-sets/photos';
import { tempDir } from '@face-sets/testing';
import sharp from 'sharp';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { captureYears } from '../../src/index.js';

describe("the years of a cache's photos", () => {
  let folder: string;
  let cache: string;
  let images: ImageRecord[];

  /** A photo of this year, or of none; its digest is made up. */
  async function photo(name: string, year: number | null): Promise<ImageRecord> {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: '#456' } });
    const dated =
      year === null ? picture : picture.withExif({ IFD2: { DateTimeOriginal: `${year}:06:01 12:00:00` } });
    await dated.jpeg().toFile(path);
    const { size, mtimeMs } = statSync(path);
    const sha256 = Buffer.from(name).toString('hex').padEnd(64, '0').slice(-64);
    return { path, pathAliases: [], sha256, size, mtime: mtimeMs, width: 8, height: 8, status: 'faces' };
  }

  const yearsByName = ({ years }: Awaited<ReturnType<typeof captureYears>>) =>
    Object.fromEntries(images.map(({ path, sha256 }) => [path.slice(folder.length + 1), years.get(sha256)]));

  beforeEach(async () => {
    folder = tempDir('years');
    cache = join(folder, 'faces.npz');
    images = [
      await photo('a.jpg', 2005),
      await photo('b.jpg', 2020),
      await photo('2011/c.jpg', null),
      await photo('d.jpg', null),
    ];
  });

  it('are read once: the second run opens no photo, not even for those without a date', async () => {
    const first = await captureYears(cache, images);
    expect(first).toMatchObject({ photosRead: 4, fromCache: 0, fromPath: 0, failures: [] });
    expect(yearsByName(first)).toEqual({ 'a.jpg': 2005, 'b.jpg': 2020 });
    for (const { path } of images) rmSync(path);
    const second = await captureYears(cache, images);
    expect(second).toMatchObject({ photosRead: 0, fromCache: 4, failures: [] });
    expect(second.years).toEqual(first.years);
  });

  it('are those of the path by choice, without opening a photo again', async () => {
    await captureYears(cache, images);
    const byPath = await captureYears(cache, images, { pathYears: true });
    expect(byPath).toMatchObject({ photosRead: 0, fromPath: 1 });
    expect(yearsByName(byPath)).toEqual({ 'a.jpg': 2005, 'b.jpg': 2020, '2011/c.jpg': 2011 });
  });

  it("are kept beside the cache, for its owner only, by the content's digest", async () => {
    await captureYears(cache, images);
    const path = captureDatesPath(cache);
    expect(statSync(path).mode & 0o077).toBe(0);
    const [header, ...lines] = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(header).toEqual({ kind: 'face-sets capture dates', schema_version: 2 });
    expect(lines).toContainEqual({
      sha256: images[0].sha256,
      dates: [{ date: '2005-06-01T12:00:00', from: 'original' }],
    });
    expect(lines).toContainEqual({ sha256: images[3].sha256, dates: [] });
    // moved within the library
    const moved = { ...images[0], path: join(folder, 'elsewhere.jpg') };
    expect(await captureYears(cache, [moved])).toMatchObject({ photosRead: 0, fromCache: 1 });
  });

  it('of a photo that is missing or has changed are found at an alias, else tried again next time', async () => {
    const [a, b] = images;
    const copy = join(folder, 'copy.jpg');
    renameSync(a.path, copy);
    writeFileSync(b.path, 'something else');
    const found = await captureYears(cache, [{ ...a, pathAliases: [copy] }, b]);
    expect(found.years).toEqual(new Map([[a.sha256, 2005]]));
    expect(found.failures).toEqual([{ path: b.path, message: expect.stringMatching(/b\.jpg has changed/) }]);
    renameSync(copy, b.path);
    expect(await captureYears(cache, [{ ...b, size: a.size }])).toMatchObject({
      photosRead: 1,
      failures: [],
    });
  });

  it('are right again with the clock of the machine that was wrong in the first run', async () => {
    const expected = { 'a.jpg': 2005, 'b.jpg': 2020 };
    for (const wrong of [Date.UTC(1980, 0, 1), Date.UTC(2010, 0, 1)]) {
      rmSync(captureDatesPath(cache), { force: true });
      const first = await captureYears(cache, images, { now: wrong });
      expect(yearsByName(first)['b.jpg']).toBeUndefined();
      expect(yearsByName(await captureYears(cache, images))).toEqual(expected);
    }
    // A clock that is ahead lets a date pass that is wrong, but not for good.
    const ahead = await photo('ahead.jpg', 2035);
    expect((await captureYears(cache, [ahead], { now: Date.UTC(2040, 0, 1) })).years.size).toBe(1);
    const later = await captureYears(cache, [ahead], { now: Date.UTC(2026, 5, 1) });
    expect(later).toMatchObject({ photosRead: 0 });
    expect(later.years.size).toBe(0);
  });

  it('are right at once where the clock says a year in which this did not exist', async () => {
    vi.useFakeTimers({ now: Date.UTC(1980, 0, 1), toFake: ['Date'] });
    try {
      expect(yearsByName(await captureYears(cache, images, { pathYears: true }))).toEqual({
        'a.jpg': 2005,
        'b.jpg': 2020,
        '2011/c.jpg': 2011,
      });
    } finally {
      vi.useRealTimers();
    }
  });

  it('survive a line that a crash cut off', async () => {
    await captureYears(cache, images.slice(0, 2));
    const path = captureDatesPath(cache);
    appendFileSync(path, '{"sha256":"abc","da');
    expect(await captureYears(cache, images)).toMatchObject({ photosRead: 2, fromCache: 2 });
    expect(await captureYears(cache, images)).toMatchObject({ photosRead: 0, fromCache: 4 });
  });

  it("are not written into a file that is someone else's", async () => {
    writeFileSync(captureDatesPath(cache), '[]\n');
    await expect(captureYears(cache, images)).rejects.toThrow(
      /does not hold the capture dates .* found "\[\]"/,
    );
  });

  it('are written in the order of the photos, whichever is read first', async () => {
    await captureYears(cache, images);
    const bytes = readFileSync(captureDatesPath(cache), 'utf8');
    rmSync(captureDatesPath(cache));
    await captureYears(cache, images, { concurrency: 1 });
    expect(readFileSync(captureDatesPath(cache), 'utf8')).toBe(bytes);
  });

  it('are found where they cannot be kept, and the reason is said', async () => {
    const nowhere = join(folder, 'missing folder', 'faces.npz');
    const found = await captureYears(nowhere, images);
    expect(found.years.size).toBe(2);
    expect(found.notKept).toMatch(/ENOENT/);
  });

  it('are looked for in at most so many photos at a time, and progress reaches the end', async () => {
    const seen: { done: number; total: number }[] = [];
    await captureYears(cache, images, { concurrency: 1, onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ done }) => done)).toEqual([0, 1, 2, 3, 4]);
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    rmSync(captureDatesPath(cache));
    await expect(captureYears(cache, images, { signal: stop.signal })).rejects.toThrow('stopped');
  });

  it('are not asked of photos that could not be read when they were embedded', async () => {
    const broken: ImageRecord = { ...images[0], sha256: '', status: 'error', error: 'gone' };
    expect(await captureYears(cache, [broken])).toMatchObject({ photosRead: 0, fromCache: 0, failures: [] });
  });
});
