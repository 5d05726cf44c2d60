import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { FaceCacheWriter, readFaceCache } from '@face-sets/cache-npz';
import { ImageDecodeError } from '@face-sets/photos';
import { asOrdinaryUser, tempDir } from '@face-sets/testing';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { embedLibrary } from '../../src/library/embed-library.js';
import type { EmbedLibraryOptions } from '../../src/library/embed-options.js';
import { SETTINGS, textEngine } from './text-engine.js';

describe('embedLibrary', () => {
  let root: string;
  let path: string;
  let engine: ReturnType<typeof textEngine>;

  beforeEach(() => {
    const dir = tempDir('embed');
    root = join(dir, 'photos');
    path = join(dir, 'faces.npz');
    mkdirSync(root);
    engine = textEngine();
  });

  const put = (name: string, text: string) => {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text);
  };
  const embed = async (options?: EmbedLibraryOptions) => {
    const cache = await FaceCacheWriter.open(path, SETTINGS);
    engine.analyzed.length = 0;
    const summary = await embedLibrary([root], cache, engine, options);
    await cache.close();
    return { summary, cache: await readFaceCache(path) };
  };
  const pathsOf = (cache: Awaited<ReturnType<typeof readFaceCache>>) =>
    cache.images.map((image) => image.path.slice(root.length + 1));

  const named = (paths: readonly string[]) => paths.map((at) => at.slice(root.length + 1)).sort();

  it('takes the paths of side files that an earlier run took for photos away, and gives them back', async () => {
    put('@eaDir/a.jpg/SYNOPHOTO_THUMB_XL.jpg', 'anna');
    put('a.jpg', 'anna');
    put('#recycle/b.jpg', 'bert');
    await embed({ includeHidden: true });
    const { summary, cache } = await embed();
    expect(summary).toMatchObject({ listed: 1, unchanged: 1, missing: [] });
    expect(summary.sideFiles).toEqual({
      thumbnails: { folders: 1, files: 0, example: '@eaDir' },
      trash: { folders: 1, files: 0, example: '#recycle' },
    });
    const current = cache.images.filter((image) => !image.superseded);
    expect(current.map((image) => [image.path, ...image.pathAliases])).toEqual([[join(root, 'a.jpg')]]);
    const again = await embed({ includeHidden: true });
    expect(again.summary).toMatchObject({ listed: 3, embedded: 0 });
    expect(again.cache.images.filter((image) => !image.superseded)).toHaveLength(2);
  });

  it('opens as many photos as the limit says, and the next run goes on', async () => {
    for (let i = 0; i < 7; i++) put(`${i}.jpg`, `face${i}`);
    expect((await embed({ limit: 3 })).summary).toMatchObject({
      listed: 7,
      embedded: 3,
      left: 4,
      missing: [],
    });
    const { summary, cache } = await embed({ limit: 3 });
    expect(summary).toMatchObject({ unchanged: 3, embedded: 3, left: 1 });
    expect(pathsOf(cache)).toEqual(['0.jpg', '1.jpg', '2.jpg', '3.jpg', '4.jpg', '5.jpg']);
    expect((await embed()).summary).toMatchObject({ unchanged: 6, embedded: 1, left: 0 });
  });

  describe('of photos that are gone', () => {
    beforeEach(async () => {
      put('a.jpg', 'anna');
      put('b.jpg', 'bert');
      put('sub/c.jpg', 'carl');
      await embed();
    });

    it('keeps the faces unless told otherwise', async () => {
      rmSync(join(root, 'b.jpg'));
      const { summary, cache } = await embed();
      expect(named(summary.missing)).toEqual(['b.jpg']);
      expect(summary.removed).toEqual([]);
      expect(cache.images.some((image) => image.superseded)).toBe(false);
    });

    it('takes the faces out when asked to, and back without a search when the photo returns', async () => {
      rmSync(join(root, 'b.jpg'));
      const { summary, cache } = await embed({ missing: 'remove' });
      expect(named(summary.removed)).toEqual(['b.jpg']);
      expect(summary.missing).toEqual([]);
      expect(cache.images.map((image) => image.superseded ?? false)).toEqual([false, true, false]);
      expect((await embed({ missing: 'remove' })).summary).toMatchObject({ removed: [], missing: [] });
      put('b.jpg', 'bert');
      const back = await embed();
      expect(engine.analyzed).toEqual([]);
      expect(back.summary).toMatchObject({ moved: 1, embedded: 0 });
      expect(back.cache.images.some((image) => image.superseded)).toBe(false);
    });

    it('never takes anything out where the source is empty: its disk may not be there', async () => {
      for (const name of ['a.jpg', 'b.jpg', 'sub']) rmSync(join(root, name), { recursive: true });
      const { summary, cache } = await embed({ missing: 'remove' });
      expect(named(summary.missing)).toEqual(['a.jpg', 'b.jpg', 'sub/c.jpg']);
      expect(summary.removed).toEqual([]);
      expect(cache.images.some((image) => image.superseded)).toBe(false);
    });

    it.skipIf(process.platform === 'win32')(
      'takes nothing out below a folder that cannot be read',
      async () => {
        chmodSync(join(root, 'sub'), 0);
        for (const dir of [root, join(root, '..')]) chmodSync(dir, 0o777);
        for (const file of readdirSync(join(root, '..'))) chmodSync(join(root, '..', file), 0o777);
        const { summary } = await asOrdinaryUser(() => embed({ missing: 'remove' }));
        chmodSync(join(root, 'sub'), 0o700);
        expect(named(summary.missing)).toEqual(['sub/c.jpg']);
        expect(summary.removed).toEqual([]);
      },
    );
  });

  it.skipIf(process.platform === 'win32')(
    'does not take a photo that may not be read for moved',
    async () => {
      put('sub/a.jpg', 'anna');
      await embed();
      put('z.jpg', 'anna');
      chmodSync(join(root, 'sub'), 0);
      for (const dir of [root, join(root, '..')]) chmodSync(dir, 0o777);
      for (const file of readdirSync(join(root, '..'))) chmodSync(join(root, '..', file), 0o777);
      const { summary, cache } = await asOrdinaryUser(() => embed());
      chmodSync(join(root, 'sub'), 0o700);
      expect(summary).toMatchObject({ duplicates: 1, moved: 0 });
      expect(cache.images[0]).toMatchObject({
        path: join(root, 'sub/a.jpg'),
        pathAliases: [join(root, 'z.jpg')],
      });
    },
  );

  it('writes to the journal in proportion to the copies of a photo, not to their square', async () => {
    const journalOf = async (copies: number) => {
      for (let i = 0; i < copies; i++) put(`copies/${String(i).padStart(5, '0')}.jpg`, 'anna');
      rmSync(path, { force: true });
      const cache = await FaceCacheWriter.open(path, SETTINGS);
      const { duplicates } = await embedLibrary([root], cache, engine, {});
      const { size } = statSync(`${path}.journal`);
      await cache.close();
      expect(duplicates).toBe(copies - 1);
      expect((await readFaceCache(path)).images[0]!.pathAliases).toHaveLength(copies - 1);
      return size;
    };
    const [few, many] = [await journalOf(400), await journalOf(1600)];
    expect(many / few).toBeLessThan(6);
    // Nor does it take more when all of them are touched.
    for (let i = 0; i < 1600; i++) utimesSync(join(root, `copies/${String(i).padStart(5, '0')}.jpg`), 5, 5);
    const { summary } = await embed();
    expect(summary).toMatchObject({ listed: 1600, unchanged: 1600 });
  });

  it('counts every photo of a tree once, whatever became of it', async () => {
    const names = ['a.jpg', 'b.jpg', 'c.jpg', 'd/e.jpg', 'd/f.jpg', '.hidden.jpg'];
    const content = fc.constantFrom('anna', 'bert', 'carl dora', '-', 'broken');
    const step = fc.record({
      name: fc.constantFrom(...names),
      to: fc.constantFrom(...names),
      content,
      act: fc.constantFrom('write', 'remove', 'move', 'touch'),
    });
    const flags = fc.record({
      retryFailed: fc.boolean(),
      includeHidden: fc.boolean(),
      missing: fc.constantFrom('keep' as const, 'remove' as const),
      limit: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.array(step, { maxLength: 6 }), flags), { maxLength: 4 }),
        async (runs) => {
          rmSync(join(root, '..'), { recursive: true });
          mkdirSync(root, { recursive: true });
          for (const [steps, options] of runs) {
            for (const { name, to, content, act } of steps) {
              const at = join(root, name);
              if (act === 'write') put(name, content);
              else if (!existsSync(at)) continue;
              else if (act === 'remove') rmSync(at);
              else if (act === 'touch') utimesSync(at, 1_000_000, 1_000_000);
              else {
                mkdirSync(join(root, to, '..'), { recursive: true });
                renameSync(at, join(root, to));
              }
            }
            const { summary } = await embed(options);
            const { listed, unchanged, embedded, duplicates, moved, left, failures } = summary;
            expect(unchanged + embedded + duplicates + moved + left + failures.length).toBe(listed);
            expect(new Set(failures.map((failure) => failure.path)).size).toBe(failures.length);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('appends rows in listing order, whichever photo is done first', async () => {
    for (let i = 0; i < 20; i++) put(`${String(i).padStart(2, '0')}.jpg`, `a${i} b${i}`);
    const { analyze } = engine;
    const finished: string[] = [];
    let release = () => {};
    const fourth = new Promise<void>((done) => {
      release = done;
    });
    engine.analyze = async (bytes, options) => {
      const text = Buffer.from(bytes).toString();
      if (text === 'a0 b0') await fourth;
      const result = await analyze(bytes, options);
      finished.push(text);
      if (text === 'a3 b3') release();
      return result;
    };
    const { cache } = await embed();
    expect(finished.indexOf('a0 b0')).toBeGreaterThan(finished.indexOf('a3 b3'));
    expect(cache.faceCount).toBe(40);
    expect(pathsOf(cache)).toEqual([...pathsOf(cache)].sort());
    expect([...cache.imageIndex]).toEqual(Array.from({ length: 40 }, (_, i) => i >> 1));
  });

  it('records faces, no face and errors, and counts them', async () => {
    put('a.jpg', 'anna bert');
    put('b.jpg', '-');
    put('c.jpg', 'broken');
    const { summary, cache } = await embed();
    expect(cache.images.map((image) => image.status)).toEqual(['faces', 'noface', 'error']);
    expect(cache.images[2]!.error).toBe('it is broken');
    expect(summary).toMatchObject({ listed: 3, embedded: 2, faces: 2, noface: 1, interrupted: false });
    expect(summary.failures).toEqual([{ path: join(root, 'c.jpg'), message: 'it is broken' }]);
  });

  it('opens no known photo again, and names the failed ones again', async () => {
    put('a.jpg', 'anna');
    put('b.jpg', 'broken');
    await embed();
    const before = readFileSync(path);
    const { summary } = await embed();
    expect(engine.analyzed).toEqual([]);
    expect(summary).toMatchObject({ listed: 2, unchanged: 1, embedded: 0 });
    expect(summary.failures).toHaveLength(1);
    expect(readFileSync(path)).toEqual(before);
  });

  it('tries failed photos again when asked to, and keeps their places', async () => {
    put('a.jpg', 'anna');
    put('b.jpg', 'broken');
    put('c.jpg', 'broken');
    put('d.jpg', 'worse');
    put('e.jpg', 'empty');
    const analyze = engine.analyze;
    const failing = (...texts: string[]): void => {
      engine.analyze = async (bytes, options) => {
        const text = Buffer.from(bytes).toString();
        if (texts.includes(text)) {
          engine.analyzed.push(text);
          throw new ImageDecodeError(`${text} cannot be read`);
        }
        return analyze(Buffer.from(text === 'empty' ? '-' : text.replace('broken', 'ben')), options);
      };
    };
    failing('broken', 'worse', 'empty');
    const first = await embed();
    expect(first.summary).toMatchObject({ embedded: 1, duplicates: 0 });
    expect(first.summary.failures).toHaveLength(4);
    failing('worse');
    expect((await embed()).summary).toMatchObject({ embedded: 0, unchanged: 1 });
    expect(engine.analyzed).toEqual([]);

    const { summary, cache } = await embed({ retryFailed: true });
    expect(engine.analyzed).toHaveLength(3);
    expect(summary).toMatchObject({
      listed: 5,
      unchanged: 2,
      embedded: 2,
      duplicates: 0,
      faces: 1,
      noface: 1,
    });
    expect(summary.failures).toEqual([{ path: join(root, 'd.jpg'), message: 'worse cannot be read' }]);
    const current = cache.images.filter((image) => !image.superseded);
    expect(
      current.map(({ path: at, pathAliases, status, error }) => [
        [at, ...pathAliases].map((each) => each.slice(root.length + 1)).join(),
        status,
        error,
      ]),
    ).toEqual([
      ['a.jpg', 'faces', undefined],
      ['d.jpg', 'error', 'worse cannot be read'],
      ['e.jpg', 'noface', undefined],
      ['b.jpg,c.jpg', 'faces', undefined],
    ]);
    expect(cache.faceCount).toBe(2);
    expect((await embed({ retryFailed: true })).summary).toMatchObject({ unchanged: 4, embedded: 0 });
    expect((await embed()).summary).toMatchObject({ unchanged: 4, embedded: 0, missing: [] });
  });

  it('embeds equal bytes once and keeps the other paths as aliases of the first', async () => {
    put('b/copy.jpg', 'anna');
    put('a.jpg', 'anna');
    put('c.jpg', 'anna');
    const { summary, cache } = await embed();
    expect(engine.analyzed).toEqual(['anna']);
    expect(pathsOf(cache)).toEqual(['a.jpg']);
    expect(cache.images[0]!.pathAliases).toEqual([join(root, 'b/copy.jpg'), join(root, 'c.jpg')]);
    expect(summary).toMatchObject({ embedded: 1, duplicates: 2 });
  });

  it('opens an alias again only when it changed', async () => {
    put('a.jpg', 'anna');
    put('b.jpg', 'anna');
    utimesSync(join(root, 'b.jpg'), 1_000_000, 1_000_000);
    await embed();
    expect((await embed()).summary).toMatchObject({ unchanged: 2, duplicates: 0 });
    put('b.jpg', 'bert');
    const { summary, cache } = await embed();
    expect(summary).toMatchObject({ unchanged: 1, embedded: 1 });
    expect(pathsOf(cache)).toEqual(['a.jpg', 'b.jpg']);
    expect(cache.images[0]!.pathAliases).toEqual([]);
  });

  it('recognizes a moved photo by its bytes', async () => {
    put('a.jpg', 'anna');
    await embed();
    mkdirSync(join(root, 'new'));
    renameSync(join(root, 'a.jpg'), join(root, 'new/b.jpg'));
    const { summary, cache } = await embed();
    expect(engine.analyzed).toEqual([]);
    expect(summary).toMatchObject({ moved: 1, embedded: 0, missing: [] });
    expect(pathsOf(cache)).toEqual(['new/b.jpg']);
  });

  it('only notes the new time when a photo was touched', async () => {
    put('a.jpg', 'anna');
    await embed();
    utimesSync(join(root, 'a.jpg'), 1_000_000, 1_000_000);
    const { summary, cache } = await embed();
    expect(engine.analyzed).toEqual([]);
    expect(summary).toMatchObject({ unchanged: 1, embedded: 0, moved: 0, duplicates: 0 });
    expect(cache.images[0]!.mtime).toBe(1_000_000_000);
  });

  it('embeds a changed photo anew and supersedes what was there', async () => {
    put('a.jpg', 'anna');
    await embed();
    put('a.jpg', 'bertha');
    const { cache } = await embed();
    expect(cache.images.map(({ superseded }) => superseded ?? false)).toEqual([true, false]);
    expect(cache.faceCount).toBe(2);
    put('a.jpg', 'anna');
    utimesSync(join(root, 'a.jpg'), 2_000_000, 2_000_000);
    const again = await embed();
    expect(engine.analyzed).toEqual([]);
    expect(again.cache.images.map(({ superseded }) => superseded ?? false)).toEqual([false, true]);
  });

  it('keeps a content whose canonical file changed under its other path', async () => {
    put('a.jpg', 'anna');
    put('b.jpg', 'anna');
    await embed();
    put('a.jpg', 'bertha');
    const { cache } = await embed();
    expect(pathsOf(cache)).toEqual(['b.jpg', 'a.jpg']);
    expect(cache.images[0]!.pathAliases).toEqual([]);
    expect(cache.images.some((image) => image.superseded)).toBe(false);
  });

  it('reports a vanished photo and keeps its record and faces', async () => {
    put('a.jpg', 'anna');
    put('b.jpg', 'bert');
    await embed();
    rmSync(join(root, 'a.jpg'));
    const { summary, cache } = await embed();
    expect(summary.missing).toEqual([join(root, 'a.jpg')]);
    expect(pathsOf(cache)).toEqual(['a.jpg', 'b.jpg']);
    expect(cache.faceCount).toBe(2);
  });

  it('stops when it is told to, keeps what is done, and goes on to the same result', async () => {
    for (let i = 0; i < 30; i++) put(`${String(i).padStart(2, '0')}.jpg`, `a${i}`);
    const stop = new AbortController();
    const { summary } = await embed({
      signal: stop.signal,
      onProgress: ({ stage, done }) => stage === 'embedding' && done === 5 && stop.abort(),
    });
    expect(summary.interrupted).toBe(true);
    expect(summary.embedded).toBeGreaterThanOrEqual(5);
    expect(summary.embedded).toBeLessThan(30);
    const { cache } = await embed();
    expect(pathsOf(cache)).toEqual(Array.from({ length: 30 }, (_, i) => `${String(i).padStart(2, '0')}.jpg`));
  });

  it('flushes after every so many photos', async () => {
    for (let i = 0; i < 10; i++) put(`${i}.jpg`, `a${i}`);
    const cache = await FaceCacheWriter.open(path, SETTINGS);
    const flushed: number[] = [];
    await embedLibrary([root], cache, engine, {
      flushEvery: 3,
      onProgress: ({ done }) => flushed.push(cache.pendingCount * 100 + done),
    });
    await cache.close();
    // Pending records after each photo: none after the 3rd, 6th and 9th.
    for (const done of [3, 6, 9]) expect(flushed).toContain(done);
  });

  it('lets a fault of the engine end the run instead of recording it as a bad photo', async () => {
    put('a.jpg', 'anna');
    engine.analyze = async () => {
      throw new Error('out of memory');
    };
    await expect(embed()).rejects.toThrow('out of memory');
  });
});
