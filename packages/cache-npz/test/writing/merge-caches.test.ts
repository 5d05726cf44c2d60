import { chmodSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asOrdinaryUser, tempDir } from '@face-sets/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CacheExistsError,
  CacheModelMismatchError,
  FaceCacheWriter,
  type FaceRow,
  type ImageRecord,
  mergeFaceCaches,
  readFaceCache,
} from '../../src/index.js';

const model = (name: string) => ({ name, sha256: name.charCodeAt(0).toString(16).padStart(64, '0') });
const PROVENANCE = {
  tool: 'test 1',
  models: { detection: model('d'), recognition: model('r') },
  detection: { sizes: [128, 640], threshold: 0.5, nms: 0.4 },
  embeddingDim: 3,
};
const sha256 = (content: number) => content.toString(16).padStart(64, '0');

interface Photo {
  content: number;
  path: string;
  mtime?: number;
  status?: ImageRecord['status'];
  superseded?: boolean;
  rotation?: number;
}

function record({ content, path, mtime = 5, status, superseded, rotation }: Photo): ImageRecord {
  const found = status ?? (content % 3 > 0 ? 'faces' : 'noface');
  return {
    path,
    pathAliases: [],
    sha256: sha256(content),
    size: content,
    mtime,
    width: found === 'error' ? 0 : 10,
    height: found === 'error' ? 0 : 10,
    status: found,
    ...(found === 'error' && { error: 'broken' }),
    ...(superseded && { superseded }),
    ...(rotation !== undefined && { rotation }),
  };
}

function faces({ content, status }: Photo): FaceRow[] {
  return Array.from({ length: status === 'error' ? 0 : content % 3 }, (_, i) => ({
    bbox: [content, i, content + 1, i + 1],
    kps: new Float32Array(10).fill(content),
    detScore: 0.5,
    blur: content,
    embedding: Float32Array.of(content, i, 1),
  }));
}

async function build(photos: readonly Photo[], options: { path?: string; making?: typeof PROVENANCE } = {}) {
  const path = options.path ?? join(tempDir('merge'), 'a.npz');
  const writer = await FaceCacheWriter.open(path, options.making ?? PROVENANCE);
  for (const photo of photos) {
    const known = writer.imageBySha256(sha256(photo.content));
    if (known === undefined) writer.addImage(record(photo), faces(photo));
    else {
      const { pathAliases, aliasMtimes = [] } = writer.images[known]!;
      writer.updateImage(known, {
        pathAliases: [...pathAliases, photo.path],
        aliasMtimes: [...aliasMtimes, photo.mtime ?? 5],
      });
    }
  }
  await writer.close();
  return path;
}

const out = () => join(tempDir('merge'), 'out.npz');

describe('mergeFaceCaches', () => {
  it('gives the cache of the whole for every way to share it out, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.tuple(fc.constantFrom('a', 'b', 'a b', 'é', 'B'), fc.integer({ min: 0, max: 20 })),
          {
            selector: ([folder, name]) => `${folder}/${name}`,
            minLength: 1,
            maxLength: 25,
          },
        ),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 25, maxLength: 25 }),
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 25, maxLength: 25 }),
        async (names, contents, shards) => {
          const photos = names
            .map(([folder, name], i) => ({
              path: `/p/${folder}/${name}`,
              content: contents[i]!,
              shard: shards[i]!,
            }))
            .sort((x, y) => listingOrder(x.path, y.path));
          const whole = await build(photos);
          const parts: string[] = [];
          for (const shard of [2, 0, 3, 1]) {
            const part = photos.filter((photo) => photo.shard === shard);
            if (part.length > 0) parts.push(await build(part));
          }
          const merged = out();
          await mergeFaceCaches(parts, merged, 'test 1');
          expect(readFileSync(merged).equals(readFileSync(whole))).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps landmarks, also where only one of two caches has them', async () => {
    const plain = await build([{ content: 1, path: '/a' }]);
    const enriched = await build([{ content: 1, path: '/b' }]);
    const writer = await FaceCacheWriter.open(enriched, {
      tool: 'test 1',
      models: { ...PROVENANCE.models, landmark_2d_106: model('l') } as typeof PROVENANCE.models,
    });
    const landmark2d106 = new Float32Array(212).fill(7);
    writer.setEnrichment(0, { landmark2d106, landmark3d68: null, pose: null });
    await writer.close();
    const merged = out();
    await mergeFaceCaches([plain, enriched], merged, 'test 1');
    const cache = await readFaceCache(merged);
    expect(cache.images[0]).toMatchObject({ path: '/a', pathAliases: ['/b'] });
    expect([...cache.landmark2d106!]).toEqual([...landmark2d106]);
    expect(cache.meta.models.landmark_2d_106).toEqual(model('l'));
  });

  it('prefers a result over an error', async () => {
    const failed = await build([{ content: 1, path: '/a', status: 'error' }]);
    const good = await build([{ content: 1, path: '/b' }]);
    const merged = out();
    expect(await mergeFaceCaches([failed, good], merged, 't')).toMatchObject({
      images: 1,
      faces: 1,
      united: 1,
    });
    expect((await readFaceCache(merged)).images[0]).toMatchObject({ status: 'faces', path: '/a' });
  });

  it('prefers a photo turned to its faces over the same as it is, in any order', async () => {
    const asItIs = await build([{ content: 1, path: '/a', rotation: 0 }]);
    const turned = await build([{ content: 1, path: '/a', rotation: 90 }]);
    for (const sources of [
      [asItIs, turned],
      [turned, asItIs],
    ]) {
      const merged = join(tempDir('merge'), 'm.npz');
      await mergeFaceCaches(sources, merged, 'test 1');
      expect((await readFaceCache(merged)).images).toMatchObject([{ rotation: 90 }]);
    }
  });

  it('lets the later file have a path that two contents claim', async () => {
    const before = await build([
      { content: 1, path: '/a', mtime: 1 },
      { content: 1, path: '/kept', mtime: 1 },
      { content: 4, path: '/gone', mtime: 1 },
    ]);
    const after = await build([
      { content: 2, path: '/a', mtime: 2 },
      { content: 5, path: '/gone', mtime: 2 },
    ]);
    const merged = out();
    expect(await mergeFaceCaches([before, after], merged, 't')).toMatchObject({ images: 3, superseded: 1 });
    const { images } = await readFaceCache(merged);
    expect(images.map(({ path, size }) => [path, size])).toEqual([
      ['/a', 2],
      ['/gone', 5],
      ['/kept', 1],
    ]);
  });

  it('leaves superseded images out', async () => {
    const path = await build([{ content: 1, path: '/a', superseded: true }]);
    const merged = out();
    expect(await mergeFaceCaches([path], merged, 't')).toEqual({
      images: 0,
      faces: 0,
      united: 0,
      superseded: 1,
    });
    expect((await readFaceCache(merged)).faceCount).toBe(0);
  });

  it('refuses caches of different models and a file that exists, and leaves nothing behind', async () => {
    const a = await build([{ content: 1, path: '/a' }]);
    const other = { ...PROVENANCE, models: { ...PROVENANCE.models, recognition: model('x') } };
    const b = await build([{ content: 2, path: '/b' }], { making: other });
    const merged = out();
    await expect(mergeFaceCaches([a, b], merged, 't')).rejects.toThrow(CacheModelMismatchError);
    expect(existsSync(merged)).toBe(false);
    await expect(mergeFaceCaches([a], b, 't')).rejects.toThrow(CacheExistsError);
    await expect(mergeFaceCaches([], merged, 't')).rejects.toThrow('no cache given');
  });

  it.skipIf(process.platform === 'win32')(
    'does not take a place that it may not look at for free',
    async () => {
      const cache = await build([{ content: 1, path: '/a' }]);
      const folder = dirname(out());
      chmodSync(folder, 0);
      const merged = join(folder, 'merged.npz');
      await expect(asOrdinaryUser(() => mergeFaceCaches([cache], merged, 't'))).rejects.toThrow(
        `cannot read ${merged}: permission denied (EACCES); allow this user to read it, or move it away`,
      );
      chmodSync(folder, 0o700);
    },
  );

  it('decides in the same way, whatever the order of the caches, where two contents were at a path at one time', async () => {
    const [one, other] = [
      await build([{ content: 1, path: '/a' }]),
      await build([{ content: 2, path: '/a' }]),
    ];
    const results = [];
    for (const sources of [
      [one, other],
      [other, one],
    ]) {
      const merged = out();
      expect(await mergeFaceCaches(sources, merged, 't')).toMatchObject({ images: 1, superseded: 1 });
      results.push((await readFaceCache(merged)).images);
    }
    expect(results[1]).toEqual(results[0]);
  });

  it('knows files that have no content, as they could not be read, by their paths', async () => {
    const broken = async (path: string) => {
      const cache = join(tempDir('merge'), 'a.npz');
      const writer = await FaceCacheWriter.open(cache, PROVENANCE);
      writer.addImage({ ...record({ content: 0, path, status: 'error' }), sha256: '' });
      await writer.close();
      return cache;
    };
    const sources = [await broken('/b'), await broken('/a'), await broken('/b')];
    const merged = out();
    expect(await mergeFaceCaches(sources, merged, 't')).toMatchObject({ images: 2, united: 1 });
    expect((await readFaceCache(merged)).images.map(({ path }) => path)).toEqual(['/a', '/b']);
  });

  it('writes over no link that leads nowhere, and takes the place of a merge that was killed', async () => {
    const source = await build([{ content: 1, path: '/a' }]);
    const merged = out();
    symlinkSync('/nowhere', merged);
    await expect(mergeFaceCaches([source], merged, 't')).rejects.toThrow(CacheExistsError);
    const fresh = out();
    for (const end of ['.merging', '.merging.journal', '.merging.lock']) writeFileSync(fresh + end, 'half');
    await mergeFaceCaches([source], fresh, 't');
    expect(readdirSync(dirname(fresh))).toEqual(['out.npz']);
  });
});

/** Folder by folder, names by UTF-16 code unit. */
function listingOrder(a: string, b: string): number {
  const [x, y] = [a.split('/'), b.split('/')];
  const i = x.findIndex((part, k) => part !== y[k]);
  return i < 0 ? 0 : x[i]! < y[i]! ? -1 : 1;
}
