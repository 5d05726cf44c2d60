import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawLibrary, type ToyLibrary, type ToyPhoto } from '../src/index.js';
import { planLibrary } from '../src/library-plan.js';

const made: string[] = [];
const draw = (options: Parameters<typeof drawLibrary>[1]): Promise<ToyLibrary> => {
  const dir = mkdtempSync(join(tmpdir(), 'toy-draw-'));
  made.push(dir);
  return drawLibrary(dir, options);
};
const digests = ({ dir, photos }: ToyLibrary): string[] =>
  photos.map(({ path }) =>
    createHash('sha256')
      .update(readFileSync(join(dir, path)))
      .digest('hex'),
  );

afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true });
});

describe('drawLibrary', () => {
  it('draws the same bytes from the same seed and other photos from another', async () => {
    const [first, again, other] = [
      await draw({ size: 'small' }),
      await draw({ size: 'small' }),
      await draw({ size: 'small', seed: 2 }),
    ];
    expect(digests(again)).toEqual(digests(first));
    expect(digests(other)).not.toEqual(digests(first));
    expect({ ...again, dir: '' }).toEqual({ ...first, dir: '' });
  });

  it('draws three people in six photos of their own each and two groups in the small library', async () => {
    const { photos, people, family } = await draw({ size: 'small' });
    expect(people).toEqual(['Ada', 'Bruno', 'Cleo']);
    expect(family).toEqual(people);
    const drawn = photos.filter(({ kind }) => kind === 'drawn');
    for (const name of people) {
      const own = drawn.filter(({ faces }) => faces.length === 1 && faces[0].person === name);
      expect(own.length).toBe(6);
    }
    expect(drawn.filter(({ faces }) => faces.length > 1).length).toBe(2);
    expect(drawn.filter(({ faces }) => faces.length === 0).length).toBe(1);
    expect(photos.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['copy', 'faulty']));
  });

  describe('with the full library', () => {
    let library: ToyLibrary;
    const fileOf = ({ path }: ToyPhoto) => join(library.dir, path);

    beforeAll(async () => {
      library = await draw({});
    });

    it('shows each of eight family members in 18 to 25 photos and visitors in a few', () => {
      const photosOf = (name: string) =>
        library.photos.filter(
          ({ kind, faces }) => kind === 'drawn' && faces.some(({ person }) => person === name),
        ).length;
      expect(library.family.length).toBe(8);
      for (const name of library.family) {
        expect(photosOf(name), name).toBeGreaterThanOrEqual(18);
        expect(photosOf(name), name).toBeLessThanOrEqual(25);
      }
      const visitors = library.people.filter((name) => !library.family.includes(name));
      expect(visitors.map(photosOf)).toEqual([3, 1]);
    });

    it('has no more than 180 files, in sub-folders and at the root, each path once', () => {
      const paths = library.photos.map(({ path }) => path);
      expect(paths.length).toBeLessThanOrEqual(180);
      expect(new Set(paths).size).toBe(paths.length);
      expect(paths.some((path) => !path.includes('/'))).toBe(true);
      expect(paths.some((path) => path.split('/').length > 2)).toBe(true);
    });

    it('holds JPEG, PNG and WebP files of the sizes that the truth names', async () => {
      const formats = new Set<string>();
      for (const photo of library.photos.filter(({ kind }) => kind !== 'faulty')) {
        const { format, autoOrient } = await sharp(fileOf(photo)).metadata();
        formats.add(format);
        expect([autoOrient.width, autoOrient.height], photo.path).toEqual([photo.width, photo.height]);
        expect(photo.path.endsWith(format === 'jpeg' ? '.jpg' : `.${format}`), photo.path).toBe(true);
      }
      expect([...formats].sort()).toEqual(['jpeg', 'png', 'webp']);
    });

    it('stores some photos turned, with EXIF orientation 6, and dates most of them', async () => {
      const metadata = await Promise.all(
        library.photos
          .filter(({ kind }) => kind === 'drawn')
          .map(async (photo) => ({ photo, ...(await sharp(fileOf(photo)).metadata()) })),
      );
      const turned = metadata.filter(({ orientation }) => orientation === 6);
      expect(turned.length).toBeGreaterThan(5);
      const dated = metadata.filter(({ photo }) => photo.year !== null);
      expect(dated.length).toBeGreaterThan(metadata.length / 2);
      expect(dated.length).toBeLessThan(metadata.length);
      for (const { photo, exif } of metadata) {
        const year = /(\d{4}):\d\d:\d\d \d\d:\d\d:\d\d/.exec(exif?.toString('latin1') ?? '')?.[1];
        expect(year === undefined ? null : Number(year), photo.path).toBe(photo.year);
      }
    });

    it('copies byte for byte where it says so, and only there', () => {
      const digest = new Map(digests(library).map((value, i) => [library.photos[i].path, value]));
      const copies = library.photos.filter(({ kind }) => kind === 'copy');
      expect(copies.length).toBeGreaterThan(2);
      for (const { path, of } of copies) expect(digest.get(path)).toBe(digest.get(of ?? ''));
      expect(new Set(digest.values()).size).toBe(digest.size - copies.length);
    });

    it('holds files that cannot be decoded in spite of their names', async () => {
      const faulty = library.photos.filter(({ kind }) => kind === 'faulty');
      expect(faulty.length).toBe(3);
      for (const photo of faulty) await expect(sharp(fileOf(photo)).stats()).rejects.toThrow();
    });
  });
});

describe('the colors of the drawings', () => {
  it('are saturated on the features of faces only', async () => {
    const { photos } = planLibrary();
    const empty = photos.filter(({ sitters }) => sitters.length === 0);
    expect(empty.length).toBe(6);
    const { drawPhoto } = await import('../src/draw-photo.js');
    for (const photo of empty) {
      const { data } = await sharp(await drawPhoto(photo))
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      let saturated = 0;
      for (let i = 0; i < data.length; i += 3) {
        const [low, middle, high] = [...data.subarray(i, i + 3)].sort((a, b) => a - b);
        if (high > 1.6 * middle + 9 || middle > 1.6 * low + 9) saturated++;
      }
      expect(saturated, photo.path).toBe(0);
    }
  });
});
