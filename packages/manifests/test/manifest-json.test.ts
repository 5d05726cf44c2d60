import { describe, expect, it } from 'vitest';
import { manifestJson, rounded } from '../src/index.js';

const textOf = (value: unknown) => [...manifestJson(value)].join('');

describe('manifestJson', () => {
  it('puts what holds no further objects on a line, and indents the rest', () => {
    const faces = [
      { row: 1, bbox: [1, 2], file: 'a "b"' },
      { row: 2, bbox: [], file: 'ä' },
    ];
    expect(textOf({ kind: 'x', facesets: [{ id: 'f', faces }], empty: {}, none: null })).toBe(
      `{
  "kind": "x",
  "facesets": [
    {
      "id": "f",
      "faces": [
        { "row": 1, "bbox": [1, 2], "file": "a \\"b\\"" },
        { "row": 2, "bbox": [], "file": "ä" }
      ]
    }
  ],
  "empty": {},
  "none": null
}
`,
    );
  });

  it('leaves members out that are undefined, at every depth', () => {
    const value = { a: undefined, b: { c: undefined, d: 1 }, e: [{ f: [{ g: undefined, h: [[1]] }] }] };
    expect(JSON.parse(textOf(value))).toEqual({ b: { d: 1 }, e: [{ f: [{ h: [[1]] }] }] });
    expect(textOf({ a: undefined })).toBe('{}\n');
  });

  it('comes in pieces, of which none is much longer than 64 kB', () => {
    const faces = Array.from({ length: 3000 }, (_, row) => ({
      row,
      source: `/photos/${row}.jpg`,
      bbox: [1],
    }));
    const pieces = [...manifestJson({ facesets: [{ faces }] })];
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) expect(piece.length).toBeLessThan(67_000);
    expect(JSON.parse(pieces.join(''))).toEqual({ facesets: [{ faces }] });
  });
});

describe('rounded', () => {
  it('keeps so many decimals, and no negative zero', () => {
    expect([rounded(1.23456, 3), rounded(-1.2, 0), rounded(7, 6)]).toEqual([1.235, -1, 7]);
    expect(Object.is(rounded(-0.0001, 3), 0)).toBe(true);
  });
});
