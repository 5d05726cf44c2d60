import { expect, it } from 'vitest';
import { personIdOf, personNumber } from '../src/index.js';

it.each([
  [1, 'person_001'],
  [1234, 'person_1234'],
])('The id of person %i is %s, and says the number', (number, id) => {
  expect(personIdOf(number)).toBe(id);
  expect(personNumber(id)).toBe(number);
});

it.each(['', 'Anna', 'person_', 'person_001_x', 'the person_001', 'faceset_001'])(
  '%j is the id of no person',
  (text) => {
    expect(personNumber(text)).toBe(0);
  },
);
