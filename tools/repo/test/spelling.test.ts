import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { britishPlaces, britishSpellings } from '../src/spelling.js';

const ROOT = resolve(import.meta.dirname, '../../..');
/** In two pieces, so that this file has none. */
const COLOR = 'col'.concat('our');

it('is American in every file of the repository', () => {
  expect(britishPlaces(ROOT)).toEqual([]);
});

it('is seen to be British in names and at the beginning of sentences too', () => {
  const upper = COLOR.toUpperCase();
  expect(britishSpellings(`The ${COLOR}s of hair${COLOR}, ${upper}_MAP`)).toEqual([COLOR, COLOR, upper]);
});

it('is not ours in what others have named', () => {
  expect(britishSpellings("image.toColourspace('b-w'); aria-labelledby; organism; optimistic")).toEqual([]);
});
