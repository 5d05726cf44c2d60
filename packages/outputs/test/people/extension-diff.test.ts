import { describe, expect, it } from 'vitest';
import { UnstableLabelsError } from '../../src/index.js';
import { diffExtension } from '../../src/people/extension-diff.js';

const group = (number: number, ...rows: number[]) => ({
  id: `person_00${number}`,
  folder: `person_00${number}`,
  number,
  rows,
});

describe('diffExtension', () => {
  it('counts what was added for whom', () => {
    const labelDiff = diffExtension(
      Int32Array.of(1, 1, 2, -1, -1, -1),
      [group(1, 0, 1, 3), group(2, 2), group(4, 4, 5)],
      3,
    );
    expect(labelDiff).toEqual({
      renumbered: 0,
      changed: 0,
      added: [{ id: 'person_001', folder: 'person_001', faces: 1 }],
      created: [{ id: 'person_004', folder: 'person_004', faces: 2 }],
    });
  });

  it.each([
    [
      'a person renumbered',
      [group(3, 0, 1), group(2, 2)],
      'renumber 1 people, move 0 faces and use 0 numbers again',
    ],
    ['a face with someone else', [group(1, 0), group(2, 1, 2)], 'move 1 faces'],
    [
      "a face that is nobody's now",
      [group(1, 0), group(2, 2)],
      'the face in row 1 would go from number 1 to -1',
    ],
    ['a number that was in use', [group(1, 0, 1), group(2, 2), group(3, 3)], 'number 3 would be used again'],
  ])('is an error for %s, in one line', (_, groups, message) => {
    const prove = () =>
      diffExtension(Int32Array.of(1, 1, 2, -1), groups, message.includes('renumber 1') ? 2 : 5);
    expect(prove).toThrow(UnstableLabelsError);
    expect(prove).toThrow(message);
    expect(prove).toThrow(/^[^\n]+$/);
  });
});
