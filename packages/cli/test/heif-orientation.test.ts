import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readFaceCache } from '@face-sets/cache-npz';
import { FaceAnalyzer, loadModels } from '@face-sets/face-embed';
import { decodeImage } from '@face-sets/photos';
import { tempDir, toyLibrary, toyModels, withExifOrientation, withoutTransforms } from '@face-sets/testing';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { faceSets } from './face-sets.js';

/** What turns the upright picture into the one stored: sharp mirrors before it turns. */
const STORED = {
  3: { turn: 180, mirror: false },
  6: { turn: 270, mirror: false },
  7: { turn: 90, mirror: true },
  8: { turn: 90, mirror: false },
} as const;

describe('photos in AVIF that only EXIF says how to turn', () => {
  const out = join(tempDir('heif'), 'out');
  const photos = join(tempDir('heif-photos'), 'photos');
  let models: string;
  let avifs = 0;

  beforeAll(async () => {
    models = await toyModels();
    mkdirSync(photos);
    const library = await toyLibrary('small');
    const drawn = library.photos.filter(({ kind }) => kind === 'drawn');
    for (const [i, { path }] of drawn.entries()) {
      const upright = await sharp(readFileSync(join(library.dir, path)), { autoOrient: true })
        .png()
        .toBuffer();
      const orientation = ([3, 6, 7, 8] as const)[i % 4]!;
      const { turn, mirror } = STORED[orientation];
      const stored = sharp(upright).flop(mirror).rotate(turn);
      const avif = await stored.withMetadata({ orientation: 1 }).avif({ quality: 80, effort: 0 }).toBuffer();
      writeFileSync(
        join(photos, `photo ${i}.avif`),
        withExifOrientation(withoutTransforms(avif), orientation),
      );
      avifs++;
      // An upright copy of every third, for dedup.
      if (i % 3 === 0) {
        await sharp(upright)
          .jpeg({ quality: 90 })
          .toFile(join(photos, `photo ${i} copy.jpg`));
      }
    }
    const run = await faceSets(['run', photos, '--out', out, '--models', models, '--min-faces', '4']);
    expect(run.code, run.stderr).toBe(0);
  });

  it('are upright in the cache: their faces are found, and the sizes are those of upright photos', async () => {
    const cache = readdirSync(out).find((name) => name.endsWith('.npz'))!;
    const { images } = await readFaceCache(join(out, cache), { members: [] });
    const sizes = new Map(images.map(({ path, width, height }) => [basename(path), [width, height]]));
    let compared = 0;
    for (const [name, size] of sizes) {
      if (!name.endsWith(' copy.jpg')) continue;
      expect(sizes.get(name.replace(' copy.jpg', '.avif')), name).toEqual(size);
      compared++;
    }
    expect(compared).toBeGreaterThan(3);
    const withFaces = images.filter(({ status, path }) => status === 'faces' && path.endsWith('.avif'));
    expect(withFaces.length).toBeGreaterThan(0.8 * avifs);
  });

  it('are upright in crops and thumbnails', async () => {
    const analyzer = new FaceAnalyzer(await loadModels(models, { threads: 1 }));
    const facesIn = async (folder: string, ending: string) => {
      const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      const counts: number[] = [];
      for (const name of names.filter((each) => each.endsWith(ending))) {
        counts.push((await analyzer.detect((await decodeImage(join(folder, name))).image)).length);
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

  it('are copies of the upright photo to dedup', async () => {
    const cache = join(out, readdirSync(out).find((name) => name.endsWith('.npz'))!);
    const { code, stderr } = await faceSets(['dedup', cache, '--quiet']);
    expect(code, stderr).toBe(0);
    const text = readFileSync(`${cache}.duplicates.json`, 'utf8');
    const found: { kind?: string; groups?: unknown[] } = JSON.parse(text);
    const listed = JSON.stringify(found);
    const copies = readdirSync(photos).filter((name) => name.endsWith(' copy.jpg'));
    const paired = copies.filter(
      (name) => listed.includes(name) && listed.includes(name.replace(' copy.jpg', '.avif')),
    );
    expect(paired.length).toBeGreaterThan(0.7 * copies.length);
  });
});
