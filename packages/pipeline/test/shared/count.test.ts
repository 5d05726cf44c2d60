import { describe, expect, it } from 'vitest';
import { count } from '../../src/index.js';

describe('count', () => {
  it.each([
    [0, '0 photos'],
    [1, '1 photo'],
    [2, '2 photos'],
    [12_345, '12,345 photos'],
  ])('says %d in words', (n, words) => {
    expect(count(n, 'photo')).toBe(words);
  });

  it('takes a plural that is not the word with an s', () => {
    expect([1, 3].map((n) => count(n, 'person', 'people'))).toEqual(['1 person', '3 people']);
  });
});
