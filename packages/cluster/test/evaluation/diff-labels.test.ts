import { describe, expect, it } from 'vitest';
import { diffLabels, isStable } from '../../src/index.js';

const NOTHING = { renumbered: [], changed: [], reused: [], added: [], created: [] };

describe('diffLabels', () => {
  it('finds nothing where nothing changed', () => {
    expect(diffLabels([0, 0, 3, -1], [0, 0, 3, -1])).toEqual(NOTHING);
    expect(diffLabels([], [])).toEqual(NOTHING);
  });

  it('counts the faces that joined known people, and the new people', () => {
    const result = diffLabels([0, 0, 3, -1, -1, -1, -1, -1], [0, 0, 3, 3, 0, 3, 4, 4]);
    expect(result).toEqual({
      ...NOTHING,
      added: [
        { person: 0, faces: 1 },
        { person: 3, faces: 2 },
      ],
      created: [{ person: 4, faces: 2 }],
    });
    expect(isStable(result)).toBe(true);
  });

  it('tells a renumbered person from faces that changed their person', () => {
    const renumbered = diffLabels([0, 0, 1, 1], [2, 2, 1, 1]);
    expect(renumbered).toEqual({ ...NOTHING, renumbered: [{ person: 0, now: 2, faces: 2 }] });
    const merged = diffLabels([0, 0, 1, 1], [1, 1, 1, 1]);
    expect(merged.renumbered).toEqual([{ person: 0, now: 1, faces: 2 }]);
    const split = diffLabels([0, 0, 1, 1], [0, 1, 1, -1]);
    expect(split.changed).toEqual([
      { row: 1, before: 0, after: 1 },
      { row: 3, before: 1, after: -1 },
    ]);
    for (const result of [renumbered, merged, split]) expect(isStable(result)).toBe(false);
  });

  it('finds numbers that are used again, also those of people who are gone', () => {
    expect(diffLabels([0, 4, -1, -1], [0, 4, 2, 2]).reused).toEqual([2]);
    expect(diffLabels([0, -1, -1], [0, 3, 3], 7).reused).toEqual([3]);
    expect(diffLabels([0, -1, -1], [0, 8, 8], 7).reused).toEqual([]);
    expect(isStable(diffLabels([0, -1, -1], [0, 3, 3], 7))).toBe(false);
  });

  it('refuses lists of different lengths', () => {
    expect(() => diffLabels([0], [0, 1])).toThrow(
      '1 people before and 2 after: expected one for each row in both',
    );
  });
});
