import { describe, expect, it } from 'vitest';
import { checkManifest, decodeVector, type ErasManifest, encodeVector } from '../src/index.js';

const VECTOR = encodeVector(Float32Array.of(0.6, 0.8));

const manifest: ErasManifest = {
  schema_version: 1,
  kind: 'eras',
  faceset: 'faceset_001',
  cache: { path: '/c/faces.npz', sha256: 'b'.repeat(64), faces: 9, images: 9 },
  options: { recover_threshold: 0.6 },
  sources: ['/p'],
  seed_centroid: VECTOR,
  center: VECTOR,
  summary: {
    candidates: 9,
    recovered: 8,
    elsewhere: 0,
    eras: 1,
    faces: 7,
    dated: 7,
    rejected: 1,
    rejected_by: { blur: 1 },
  },
  highest_number: 2,
  eras: [
    {
      id: 'faceset_001_era_02',
      anchor: true,
      centroid: VECTOR,
      year: 2005,
      years: [2004, 2007],
      core: 5,
      faces: 7,
    },
  ],
  fragments: [
    { era: null, unmatched: 'no-year', faces: 1, year: null, nearest: null, distance: null, year_gap: null },
  ],
};

describe('a vector in a manifest', () => {
  it('comes back to the last bit, whatever its numbers', () => {
    const vector = Float32Array.of(0, -0, 1, 0.1, -3e-42, 3.4e38, Number.NaN, Number.NEGATIVE_INFINITY);
    expect(decodeVector(encodeVector(vector))).toEqual(vector);
  });

  it('is little-endian on every machine', () => {
    expect(encodeVector(Float32Array.of(1))).toBe('AACAPw==');
    expect([...decodeVector('AACAPwAAAEA=')]).toEqual([1, 2]);
  });

  it('is taken from a part of a larger array', () => {
    const part = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    expect([...decodeVector(encodeVector(part))]).toEqual([1, 2]);
  });
});

describe('the manifest of eras', () => {
  it('is taken where all is well', () => {
    expect(checkManifest(manifest, 'eras', 'eras.json')).toEqual(manifest);
  });

  it.each<[string, Partial<ErasManifest>, RegExp]>([
    ['a centroid that is no base64', { center: '§§§§' }, /^eras\.json: center: /],
    ['an era in place of a faceset', { faceset: 'faceset_001_era_01' }, /faceset: expected faceset_NNN/],
    ['no folder that faces were looked for in', { sources: [] }, /sources: /],
    [
      'a fragment that is unmatched for another reason',
      { fragments: [{ ...manifest.fragments[0], unmatched: 'bored' as 'no-year' }] },
      /fragments\[0\]\.unmatched: .*found "bored"/,
    ],
  ])('is refused with %s', (_, change, message) => {
    expect(() => checkManifest({ ...manifest, ...change }, 'eras', 'eras.json')).toThrow(message);
  });
});
