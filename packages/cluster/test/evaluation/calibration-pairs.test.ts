import { describe, expect, it } from 'vitest';
import { calibrationPairs, type LibraryFaces } from '../../src/index.js';
import { library } from './group-photos.js';

describe('calibrationPairs', () => {
  it('pairs the faces of each image, and no more than a hundred of a crowd', () => {
    const { matrix, imageIndex, add } = library(4);
    for (let i = 0; i < 40; i++) add(4, i, 0);
    const { different, same } = calibrationPairs(matrix(), { imageIndex });
    expect(different.filter(({ a }) => imageIndex[a] < 4)).toHaveLength(4 * 3);
    expect(different.filter(({ a }) => imageIndex[a] === 4).length).toBeLessThanOrEqual(100);
    expect(different.filter(({ a }) => imageIndex[a] === 4).length).toBeGreaterThan(95);
    expect(different.every(({ a, b }) => a < b && imageIndex[a] === imageIndex[b])).toBe(true);
    expect(same).toEqual([]);
  });

  it('takes faces in the same place of two shots of a burst for one person, whatever their embeddings', () => {
    const { matrix, imageIndex, places } = library(6);
    const takenAt = [0, 1000, 60_000, 61_000, 200_000, Number.NaN];
    const faces: LibraryFaces = { imageIndex, places, takenAt, shape: [1.5, 1.5, 1.5, 0.7, 1.5, 1.5] };
    const pairs = calibrationPairs(matrix(), faces).bursts.map(({ a, b }) => [a, b]);
    // images 2 and 3 have different shapes, the others are far apart or of unknown time
    expect(pairs).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(
      calibrationPairs(matrix(), { ...faces, places: places.map((p, i) => (i < 12 ? p : p + 0.5)) }).bursts,
    ).toEqual([]);
  });

  it('does not take the times of a copied library for bursts', () => {
    const { matrix, imageIndex, places } = library(50);
    const takenAt = Array.from({ length: 50 }, (_, image) => 100 * image);
    const pairs = calibrationPairs(matrix(), { imageIndex, places, takenAt });
    expect(pairs).toMatchObject({ bursts: [], dismissedRuns: 1 });
  });

  it('takes given pairs, each once, and leaves out faces with a negative image', () => {
    const { matrix, imageIndex } = library(3);
    const same: [number, number][] = [
      [0, 3],
      [3, 0],
      [1, 1],
    ];
    const hidden = imageIndex.map((image) => (image === 2 ? -1 : image));
    const pairs = calibrationPairs(matrix(), { imageIndex: hidden, same });
    expect(pairs.same).toHaveLength(1);
    expect(pairs.different).toHaveLength(2 * 3);
    expect(() => calibrationPairs(matrix(), { imageIndex: [0] })).toThrow(
      /imageIndex has 1 entries, expected 9/,
    );
  });
});
