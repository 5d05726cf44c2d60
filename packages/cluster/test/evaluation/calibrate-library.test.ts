import { describe, expect, it } from 'vitest';
import { calibrateLibrary, type FaceMatrix } from '../../src/index.js';
import { library } from './group-photos.js';

describe('calibrateLibrary', () => {
  it('suggests a threshold that is right about the people, and trusts it where pairs are many', () => {
    const { matrix, imageIndex, truth } = library(800);
    const { suggested, interval, doubts, pairs } = calibrateLibrary(matrix(), { imageIndex });
    expect(pairs.different).toBe(2400);
    expect(doubts).toEqual([]);
    expect(interval[0]).toBeLessThanOrEqual(suggested.threshold);
    expect(interval[1]).toBeGreaterThanOrEqual(suggested.threshold);
    // all pairs of different people, not only those of one image
    const faces = matrix();
    let nearer = 0;
    let all = 0;
    for (let a = 0; a < 600; a++) {
      for (let b = a + 1; b < 600; b++) {
        if (truth[a] === truth[b]) continue;
        all++;
        if (distance(faces, a, b) < suggested.threshold) nearer++;
      }
    }
    expect(nearer / all).toBeLessThan(0.01);
  });

  it('leaves out mirrors and collages, lists them, and suggests nearly the same', () => {
    const plain = library(400);
    const before = calibrateLibrary(plain.matrix(), { imageIndex: plain.imageIndex });
    const mirrored = library(400);
    for (let image = 0; image < 20; image++) {
      const original = mirrored.rows[3 * image];
      mirrored.rows.push(original.map((value) => value * 1.01));
      mirrored.imageIndex.push(400 + image);
      mirrored.rows.push(original);
      mirrored.imageIndex.push(400 + image);
    }
    const after = calibrateLibrary(mirrored.matrix(), { imageIndex: mirrored.imageIndex });
    expect(after.selfPairs).toHaveLength(20);
    expect(after.selfPairs.every(({ a }) => mirrored.imageIndex[a] >= 400)).toBe(true);
    expect(after.suggested.threshold).toBeCloseTo(before.suggested.threshold, 2);
    expect(after.suggested.falseMatch).toBe(before.suggested.falseMatch);
    expect(after.doubts).toEqual([]);
  });

  it('says why it cannot be trusted: few pairs, many mirrors, look-alikes, nothing but mirrors', () => {
    const few = library(8);
    expect(calibrateLibrary(few.matrix(), { imageIndex: few.imageIndex }).doubts[0]).toMatch(
      /^only 24 pairs of different people in 8 photos, expected at least 200 in 30/,
    );
    const alike = library(300);
    for (let image = 0; image < 60; image++) {
      const original = alike.rows[3 * image];
      for (const _ of [0, 1]) {
        alike.rows.push(original);
        alike.imageIndex.push(300 + image);
      }
    }
    expect(calibrateLibrary(alike.matrix(), { imageIndex: alike.imageIndex }).doubts.join()).toMatch(
      /60 of 960 pairs in one photo look like one person/,
    );
    const kin = library(300);
    for (let image = 0; image < 20; image++) {
      const [own, stranger] = [kin.rows[3 * image], kin.rows[3 * image + 1]];
      kin.rows.push(
        own,
        own.map((value, k) => value + 1.3 * stranger[k]),
      );
      kin.imageIndex.push(300 + image, 300 + image);
    }
    expect(calibrateLibrary(kin.matrix(), { imageIndex: kin.imageIndex }).doubts.join()).toMatch(
      /^1\.\d\d % of the pairs in one photo are nearer than the suggestion, against 0\.10 % by the fit/,
    );
    const mirrors = library(0);
    for (let image = 0; image < 300; image++) {
      mirrors.add(image, image % 80, 0);
      mirrors.add(image, image % 80, 1);
    }
    const wrong = calibrateLibrary(mirrors.matrix(), { imageIndex: mirrors.imageIndex });
    expect(wrong.selfPairs).toHaveLength(0);
    expect(wrong.doubts.join()).toMatch(
      /^half of the pairs in one photo are nearer than 0\.\d{3}, and strangers are about 1 apart/,
    );
    expect(() => calibrateLibrary(library(2).matrix(), { imageIndex: library(2).imageIndex })).toThrow(
      /6 pairs of different people are too few/,
    );
  });

  it('uses bursts for what is missed, unless most of them look like strangers', () => {
    const shots = library(200, { spread: 0.3 });
    // every photo again a second later, in which the same people stand in the same places
    const copies = shots.rows.length;
    for (let row = 0; row < copies; row++) {
      shots.add(200 + shots.imageIndex[row], shots.truth[row], row % 3);
    }
    const seconds = (image: number) => 1000 * (100 * (image % 200) + Math.floor(image / 200));
    const takenAt = Array.from({ length: 400 }, (_, image) => seconds(image));
    const { imageIndex, places } = shots;
    const right = calibrateLibrary(shots.matrix(), { imageIndex, places, takenAt });
    expect(right).toMatchObject({ pairs: { same: 600 }, dismissedBursts: 0 });
    expect(right.suggested.falseNonMatch).toBeLessThan(0.05);
    // the same photos in another order of time: neighbors show other people
    const shuffled = takenAt.map((_, image) => seconds((image * 7) % 200) + 1000 * Math.floor(image / 200));
    const wrong = calibrateLibrary(shots.matrix(), {
      imageIndex: imageIndex.map((image) => (image < 200 ? image : 200 + ((image + 5) % 200))),
      places,
      takenAt: shuffled,
    });
    expect(wrong.dismissedBursts).toBeGreaterThan(500);
    expect(wrong.pairs.same).toBe(0);
    expect(wrong.suggested.threshold).toBeCloseTo(right.suggested.threshold, 6);
  });

  it('gives the same result every time', () => {
    const { matrix, imageIndex } = library(60);
    expect(calibrateLibrary(matrix(), { imageIndex })).toEqual(calibrateLibrary(matrix(), { imageIndex }));
  });
});

function distance({ data, cols }: FaceMatrix, a: number, b: number): number {
  let [dot, lengthA, lengthB] = [0, 0, 0];
  for (let k = 0; k < cols; k++) {
    dot += data[a * cols + k] * data[b * cols + k];
    lengthA += data[a * cols + k] ** 2;
    lengthB += data[b * cols + k] ** 2;
  }
  return 1 - dot / Math.sqrt(lengthA * lengthB);
}
