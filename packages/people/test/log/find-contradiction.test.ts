import { describe, expect, it } from 'vitest';
import { type Decision, findContradiction, inForce, type Saying } from '../../src/index.js';

const ref = (number: number) => ({ number, faces: [] });
const face = (digit: number) => `${String(digit).repeat(16)}@0.100,0.100,0.100,0.100`;
const log = (...sayings: Saying[]): Decision[] =>
  sayings.map((saying, at) => ({
    id: `d${at + 1}`,
    at: '2026-01-31T12:00:00.000Z',
    by: 'cli',
    ...saying,
  }));
const found = (...sayings: Saying[]) => findContradiction(inForce(log(...sayings)))?.ids ?? null;

const same = (...numbers: number[]): Saying => ({ do: 'same', people: numbers.map(ref) });
const different = (...numbers: number[]): Saying => ({ do: 'different', people: numbers.map(ref) });
const sameFaces = (...digits: number[]): Saying => ({ do: 'same', faces: digits.map(face) });
const differentFaces = (...digits: number[]): Saying => ({ do: 'different', faces: digits.map(face) });
const is = (digit: number, number: number): Saying => ({
  do: 'is',
  faces: [face(digit)],
  person: ref(number),
});
const isnt = (digit: number, number: number): Saying => ({
  do: 'isnt',
  faces: [face(digit)],
  person: ref(number),
});
const name = (number: number, text: string | null): Saying => ({
  do: 'name',
  person: ref(number),
  name: text,
});

describe('Decisions contradict each other', () => {
  it('where people are one by a chain, and different: it names the chain and nothing else', () => {
    expect(found(same(1, 2), same(8, 9), same(2, 3), different(4, 5), different(1, 3))).toEqual([
      'd1',
      'd3',
      'd5',
    ]);
    expect(found(different(1, 2, 3), same(3, 2))).toEqual(['d1', 'd2']);
  });

  it('where a face is two people, directly or by faces that are the same', () => {
    expect(found(is(1, 7), is(1, 8))).toEqual(['d1', 'd2']);
    expect(found(is(1, 7), sameFaces(1, 2), is(2, 8))).toEqual(['d1', 'd2', 'd3']);
    expect(found(is(1, 7), same(7, 8), is(1, 8))).toBe(null);
  });

  it('where a face is and is not someone, also under another number of theirs', () => {
    expect(found(is(1, 7), isnt(1, 7))).toEqual(['d1', 'd2']);
    expect(found(same(7, 8), isnt(1, 8), is(1, 7))).toEqual(['d1', 'd2', 'd3']);
    expect(found(isnt(1, 7), is(1, 8))).toBe(null);
  });

  it('where faces are one person and different people', () => {
    expect(found(sameFaces(1, 2), sameFaces(2, 3), differentFaces(3, 1))).toEqual(['d1', 'd2', 'd3']);
    expect(found(is(1, 7), is(2, 7), differentFaces(1, 2))).toEqual(['d1', 'd2', 'd3']);
  });

  it('where people with different names are one, but not where someone is renamed', () => {
    expect(found(name(1, 'Anna'), name(2, 'Bert'), same(1, 2))).toEqual(['d1', 'd2', 'd3']);
    expect(found(name(1, 'Anna'), name(2, 'Anna'), same(1, 2))).toBe(null);
    expect(found(name(1, 'Anna'), name(1, 'Anna Maria'), same(1, 2), name(2, 'Annie'))).toBe(null);
    expect(found(name(1, 'Anna'), name(2, 'Bert'), name(2, null), same(1, 2))).toBe(null);
  });

  it('where a face is dropped and kept, for one person only', () => {
    const drop = (does: 'drop' | 'keep', number: number): Saying => ({
      do: does,
      faces: [face(1)],
      person: ref(number),
    });
    expect(found(drop('drop', 1), drop('keep', 1))).toEqual(['d1', 'd2']);
    expect(found(drop('drop', 1), drop('keep', 2))).toBe(null);
  });

  it('but not with what was taken back', () => {
    expect(found(same(1, 2), { do: 'revert', ids: ['d1'] }, different(1, 2))).toBe(null);
  });
});
