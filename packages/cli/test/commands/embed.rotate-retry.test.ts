import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFaceCache } from '@face-sets/cache-npz';
import { FaceAnalyzer, loadModels } from '@face-sets/face-embed';
import { decodeImage } from '@face-sets/photos';
import { tempDir, toyLibrary, toyModels } from '@face-sets/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { faceSets } from '../face-sets.js';

/** Writes the drawn photos of a small library as scans without EXIF, turned one after the other by these degrees. */
async function scansIn(folder: string, turns: readonly number[]): Promise<void> {
  mkdirSync(folder);
  const library = await toyLibrary('small');
  for (const [i, { kind, path }] of library.photos.entries()) {
    if (kind !== 'drawn') continue;
    const upright = await sharp(readFileSync(join(library.dir, path)), { autoOrient: true })
      .png()
      .toBuffer();
    await sharp(upright)
      .rotate(turns[i % turns.length])
      .png()
      .toFile(join(folder, `scan ${i}.png`));
  }
}

/** Rotation and faces of the photos of a cache that count. */
async function facesOf(cache: string): Promise<Record<string, unknown>> {
  const { images, imageIndex, bbox } = await readFaceCache(cache, { members: ['bbox'] });
  const photos = images.map((image, i) => {
    const faces = Array.from(imageIndex).flatMap((of, face) =>
      of === i ? [Array.from(bbox.subarray(face * 4, face * 4 + 4))] : [],
    );
    return { ...image, faces };
  });
  const current = photos.filter(({ superseded }) => !superseded);
  return Object.fromEntries(current.map(({ sha256, rotation = 0, faces }) => [sha256, { rotation, faces }]));
}

describe('a cache that was made without --rotate-retry', () => {
  it('gets the faces of turned photos from the first run with it, which is remembered', async () => {
    const root = tempDir('retry');
    const scans = join(root, 'scans');
    await scansIn(scans, [0, 0, 180, 90]);
    const models = await toyModels();
    const embed = async (cache: string, ...options: string[]) => {
      const { code, stdout, stderr } = await faceSets([
        ...['embed', scans, cache, '--models', models, '--json', '--quiet', ...options],
      ]);
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout);
    };
    const later = join(root, 'later.npz');
    const without = await embed(later);
    const atOnce = await embed(join(root, 'at-once.npz'), '--rotate-retry');
    expect(atOnce.cachedFaces).toBeGreaterThan(without.cachedFaces);
    const found = await embed(later, '--rotate-retry');
    // No more than have no clear upright face, and of those that are upright none changes its faces.
    expect(found.embedded).toBeLessThan(without.listed);
    expect(found.unchanged).toBe(without.listed - found.embedded);
    expect(found).toMatchObject({
      faces: atOnce.cachedFaces - without.cachedFaces,
      cachedFaces: atOnce.cachedFaces,
      cachedPhotos: without.listed,
    });
    expect(await facesOf(later)).toEqual(await facesOf(join(root, 'at-once.npz')));
    expect(await embed(later, '--rotate-retry')).toMatchObject({ embedded: 0, unchanged: without.listed });
    expect(await embed(later)).toMatchObject({ embedded: 0, unchanged: without.listed });
  });
});

describe('a library of scans that lie on their side', () => {
  it('gives facesets and thumbnails of upright faces with --rotate-retry', async () => {
    const scans = join(tempDir('scans'), 'scans');
    await scansIn(scans, [90, 180, 270]);
    const out = join(tempDir('scans-out'), 'out');
    const models = await toyModels();
    const run = await faceSets([
      ...['run', scans, '--out', out, '--models', models, '--min-faces', '4', '--rotate-retry'],
    ]);
    expect(run.code, run.stderr).toBe(0);

    const analyzer = new FaceAnalyzer(await loadModels(models, { threads: 1 }));
    const facesIn = async (folder: string, ending: string) => {
      const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith(ending),
      );
      const counts: number[] = [];
      for (const name of names) {
        const { image } = await decodeImage(join(folder, name));
        counts.push((await analyzer.detect(image)).length);
      }
      return counts;
    };
    const thumbnails = await facesIn(join(out, 'raw', '_report'), '.webp');
    expect(thumbnails.length).toBeGreaterThan(10);
    // A face at the edge of a photo may be cut by it.
    expect(thumbnails.filter((count) => count === 0).length).toBeLessThan(0.1 * thumbnails.length);
    const crops = await facesIn(join(out, 'facesets_swap_ready'), '.png');
    expect(crops.length).toBeGreaterThan(10);
    expect(new Set(crops)).toEqual(new Set([1]));
  });
});
