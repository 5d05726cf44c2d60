import { type CacheImage, cacheWith } from '@face-sets/cache-npz';
import { describe, expect, it } from 'vitest';
import { faceRefOf, imageErrorsOf, photoRefOf, rowsOfFaces } from '../src/index.js';

const image = (content: string, more: Partial<CacheImage> = {}): CacheImage => ({
  path: `/p/${content}.jpg`,
  pathAliases: [],
  sha256: content.repeat(64),
  size: 1000,
  mtime: 1,
  width: 640,
  height: 480,
  status: 'faces',
  ...more,
});

/** A face on each of some images. */
function cacheOf(faces: readonly { image: number; bbox: readonly number[] }[], images: CacheImage[]) {
  const view = {
    images,
    faceCount: faces.length,
    dim: 1,
    imageIndex: Int32Array.from(faces, ({ image }) => image),
    bbox: Float32Array.from(faces.flatMap(({ bbox }) => bbox)),
    detScore: Float32Array.from(faces, (_, row) => 0.7 + row / 100),
  };
  return cacheWith(view, 'bbox', 'detScore');
}

describe('faceRefOf', () => {
  it('names photo, copies, box and score, with no more digits than they are worth', () => {
    const photo = image('a', { pathAliases: ['/q/copy.jpg'] });
    const cache = cacheOf([{ image: 0, bbox: [10.12345, 20.5, 110, 150.00049] }], [photo]);
    expect(faceRefOf(cache, 0)).toEqual({
      row: 0,
      sha256: 'a'.repeat(64),
      source: '/p/a.jpg',
      aliases: ['/q/copy.jpg'],
      bbox: [10.123, 20.5, 110, 150],
      det_score: 0.7,
    });
  });

  it('does not share its list of copies with the cache', () => {
    const photo = image('a', { pathAliases: ['/q/copy.jpg'] });
    photoRefOf(photo).aliases.push('/x');
    expect(photo.pathAliases).toEqual(['/q/copy.jpg']);
  });
});

describe('imageErrorsOf', () => {
  it('lists photos that could not be read, but for those replaced since', () => {
    const cache = cacheOf(
      [],
      [
        image('a', { status: 'error', error: 'it is cut off', pathAliases: ['/q/a.jpg'] }),
        image('b', { status: 'error', error: 'old', superseded: true }),
        image('c', { status: 'error' }),
        image('d', { status: 'noface' }),
      ],
    );
    expect(imageErrorsOf(cache)).toEqual([
      { source: '/p/a.jpg', aliases: ['/q/a.jpg'], error: 'it is cut off' },
      { source: '/p/c.jpg', aliases: [], error: 'unknown error' },
    ]);
  });
});

describe('rowsOfFaces', () => {
  const box = (x: number) => [x, 20, x + 100, 150];
  const cache = cacheOf(
    [
      { image: 0, bbox: box(10) },
      { image: 0, bbox: box(300) },
      { image: 1, bbox: box(10) },
      { image: 2, bbox: box(10) },
    ],
    [image('a'), image('b', { superseded: true }), image('c')],
  );
  const face = (content: string, x: number) => ({ sha256: content.repeat(64), bbox: box(x) });

  it('finds faces by content and place, in the order of the cache', () => {
    expect(rowsOfFaces(cache, [face('c', 10), face('a', 300)])).toEqual([1, 3]);
    expect(rowsOfFaces(cache, [face('a', 10), face('a', 10)])).toEqual([0]);
  });

  it('takes a box that is a fraction of a pixel off for the same', () => {
    expect(rowsOfFaces(cache, [face('a', 10.2)])).toEqual([0]);
    expect(rowsOfFaces(cache, [face('a', 12)])).toEqual([]);
  });

  it('leaves out what the cache has not, and what was replaced', () => {
    expect(rowsOfFaces(cache, [face('b', 10), face('d', 10), face('c', 300)])).toEqual([]);
    expect(rowsOfFaces(cache, [])).toEqual([]);
  });
});
