import { describe, expect, it } from 'vitest';
import {
  compareFacesetIds,
  eraIdOf,
  eraNumber,
  facesetIdOf,
  facesetNumber,
  facesetOrEraId,
  isFacesetId,
} from '../src/index.js';

describe('the id of a faceset', () => {
  it.each([
    [1, 'faceset_001'],
    [999, 'faceset_999'],
    [1000, 'faceset_1000'],
  ])('for %i is %s, and says its number', (number, id) => {
    expect(facesetIdOf(number)).toBe(id);
    expect(facesetNumber(id)).toBe(number);
    expect(eraNumber(id)).toBe(0);
    expect(isFacesetId(id)).toBe(true);
  });

  it.each([
    [1, 'faceset_007_era_01'],
    [100, 'faceset_007_era_100'],
  ])('with era %i is %s, and says the number of both', (era, id) => {
    expect(eraIdOf('faceset_007', era)).toBe(id);
    expect(facesetNumber(id)).toBe(7);
    expect(eraNumber(id)).toBe(era);
    expect(isFacesetId(id)).toBe(true);
  });

  it.each(['', 'Anna', 'faceset_1', 'faceset_001 ', 'faceset_001_era_1', 'my faceset_001', 'person_001'])(
    'is not %j',
    (text) => {
      expect(isFacesetId(text)).toBe(false);
      expect(facesetOrEraId.safeParse(text).success).toBe(false);
    },
  );

  it('has no number where the text is no id', () => {
    expect([facesetNumber('Anna'), facesetNumber('my faceset_001'), eraNumber('Anna')]).toEqual([0, 0, 0]);
  });
});

describe('compareFacesetIds', () => {
  it('orders by number, not by letter, and eras after their faceset', () => {
    const sorted = [
      'faceset_002',
      'faceset_002_era_02',
      'faceset_002_era_10',
      'faceset_003',
      'faceset_999_era_99',
      'faceset_1000',
    ];
    expect([...sorted].sort().sort(compareFacesetIds)).toEqual(sorted);
    expect([...sorted].reverse().sort(compareFacesetIds)).toEqual(sorted);
    expect(compareFacesetIds('faceset_002', 'faceset_002')).toBe(0);
  });
});
