import { describe, expect, it } from 'vitest';
import { FaceIndex, faceName } from '../../src/index.js';

const size = { width: 1000, height: 1000 };
const named = (photo: string, ...bbox: number[]) => faceName(photo.padStart(16, '0'), bbox, size);

describe('FaceIndex', () => {
  const names = [named('a', 100, 100, 200, 200), named('a', 300, 100, 400, 200), named('b', 0, 0, 50, 50)];
  const index = new FaceIndex(names);

  it('finds each face by its own name', () => {
    expect(names.map((name) => index.rowOf(name))).toEqual([0, 1, 2]);
  });

  it('finds by the best overlap what another detector has seen', () => {
    expect(index.rowOf(named('a', 310, 95, 405, 210))).toBe(1);
    expect(index.rowOf(named('a', 110, 110, 215, 205))).toBe(0);
  });

  it('finds nothing where boxes overlap by less than half, or in another photo', () => {
    expect(index.rowOf(named('a', 160, 100, 260, 200))).toBe(-1);
    expect(index.rowOf(named('b', 100, 100, 200, 200))).toBe(-1);
    expect(index.rowOf(named('c', 100, 100, 200, 200))).toBe(-1);
  });

  it('follows a photo to what took its place, through several changes and not around in circles', () => {
    const moved = new FaceIndex(names, {
      successors: new Map([
        ['1'.padStart(16, '0'), '2'.padStart(16, '0')],
        ['2'.padStart(16, '0'), 'a'.padStart(16, '0')],
        ['8'.padStart(16, '0'), '9'.padStart(16, '0')],
        ['9'.padStart(16, '0'), '8'.padStart(16, '0')],
      ]),
    });
    expect(moved.rowOf(named('1', 100, 100, 200, 200))).toBe(0);
    expect(moved.rowOf(named('8', 100, 100, 200, 200))).toBe(-1);
  });

  it('gives many rows ascending, each once, without those that are not there', () => {
    expect(index.rowsOf([names[2], named('c', 0, 0, 9, 9), names[0], names[2]])).toEqual([0, 2]);
  });

  it('finds very small faces by their own names, which rounding has moved', () => {
    const tiny = Array.from({ length: 50 }, (_, k) => named('d', k * 2, 0, k * 2 + 1, 1));
    const small = new FaceIndex(tiny);
    expect(tiny.map((name) => small.rowOf(name))).toEqual(tiny.map((_, k) => k));
  });
});
