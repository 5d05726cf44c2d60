import { describe, expect, it } from 'vitest';
import {
  type CacheImage,
  type CacheView,
  cacheWith,
  commonFolder,
  faceBbox,
  facesByImage,
  InvalidArgumentError,
} from '../../src/index.js';

const image: CacheImage = {
  path: '/photos/a.jpg',
  pathAliases: [],
  sha256: 'a'.repeat(64),
  size: 1,
  mtime: 0,
  width: 10,
  height: 10,
  status: 'faces',
};
const cache: CacheView = {
  images: [image, { ...image, path: '/photos/b.jpg' }],
  faceCount: 3,
  dim: 2,
  imageIndex: Int32Array.of(0, 1, 1),
  bbox: Float32Array.from({ length: 12 }, (_, i) => i),
  embedding: Float32Array.of(1, 2, 3, 4),
};

describe('cacheWith', () => {
  it('gives the cache where all arrays are there, in the length that fits', () => {
    const view = cacheWith(cache, 'bbox');
    expect(faceBbox(view, 1)).toEqual([4, 5, 6, 7]);
  });

  it('names the array that is missing or too short', () => {
    const error = new InvalidArgumentError('cache: blur was not read, expected 3 for 3 faces');
    expect(() => cacheWith(cache, 'bbox', 'blur')).toThrow(error);
    expect(() => cacheWith(cache, 'embedding')).toThrow('embedding has 4 numbers, expected 6 for 3 faces');
  });
});

describe('facesByImage', () => {
  it('lists the rows of each image', () => {
    expect(facesByImage(cache)).toEqual([[0], [1, 2]]);
  });
});

describe.skipIf(process.platform === 'win32')('commonFolder', () => {
  it.each([
    [['/p/a/1.jpg'], '/p/a'],
    [['/p/a/1.jpg', '/p/a/2.jpg'], '/p/a'],
    [['/p/a/1.jpg', '/p/ab/2.jpg'], '/p'],
    [['/p/1.jpg', '/q/2.jpg'], '/'],
  ])('of %j is %s', (paths, folder) => {
    expect(commonFolder(paths)).toBe(folder);
  });
});
