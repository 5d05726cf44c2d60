import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedPath } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { decodeNpy, encodeNpy, type NpyArray } from '../src/index.js';

interface Expected {
  dtype: string;
  shape: number[];
  fortran?: boolean;
  values: (number | boolean | string | null)[] | null;
}

const goldens = sharedPath('goldens', 'npz');

function flatInIndexOrder({ array, shape, data }: NpyArray): unknown[] {
  const index = shape.map(() => 0);
  return Array.from({ length: data.length }, () => {
    const value = array.get(...index);
    for (let d = index.length - 1; d >= 0 && ++index[d] === shape[d]; d--) index[d] = 0;
    return value;
  });
}

/** The reference has bytes as Python's repr, bools as such, and null for what JSON cannot say. */
function comparable(value: unknown, expected: unknown): unknown {
  if (typeof expected === 'boolean') return value === 1;
  if (typeof expected === 'string' && expected.startsWith("b'")) return `b'${value}'`;
  if (typeof value === 'bigint' && typeof expected === 'number') return Number(value);
  return expected === null ? (Number.isFinite(value) ? value : null) : value;
}

describe.skipIf(!goldens)('arrays that NumPy wrote (skipped without the shared goldens)', () => {
  const folder = goldens as string;
  const expected: Record<string, Expected> = goldens
    ? JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'))
    : {};
  const files = goldens ? readdirSync(folder).filter((name) => name.endsWith('.npy')) : [];

  for (const name of files.filter((file) => !/^REFUSE_|^structured/.test(file))) {
    it(`reads ${name} with every value right`, () => {
      const { dtype, shape, fortran, values } = expected[name];
      const array = decodeNpy(readFileSync(join(folder, name)));
      expect(array.dtype).toBe(dtype);
      expect(array.shape).toEqual(shape);
      expect(array.array.shape).toEqual(shape);
      expect(array.fortranOrder).toBe(fortran ?? false);
      const found = flatInIndexOrder(array);
      expect(found.length).toBe(values?.length);
      expect(found.map((value, i) => comparable(value, values?.[i]))).toEqual(values);
    });
  }

  it('reads infinities, NaN and negative zero as they are', () => {
    const { data } = decodeNpy(readFileSync(join(folder, 'nonfinite.npy')));
    expect([...data]).toEqual([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0]);
  });

  it('reads the extremes of int64 exactly', () => {
    const { data } = decodeNpy(readFileSync(join(folder, 'int64_extremes.npy')));
    expect([...data]).toEqual([-(2n ** 63n), 2n ** 63n - 1n, 0n, -1n]);
  });

  for (const name of files.filter((file) => !/^REFUSE_|^structured|^header_v[23]/.test(file))) {
    it(`writes the array of ${name} back byte for byte`, () => {
      const bytes = readFileSync(join(folder, name));
      expect(Buffer.from(encodeNpy(decodeNpy(bytes))).equals(bytes)).toBe(true);
    });
  }

  for (const [name, reason] of [
    ['REFUSE_bad_magic.npy', /does not begin with/],
    ['REFUSE_header_code.npy', /expected "\{", found "__import__/],
    ['REFUSE_huge_shape.npy', /impossible shape: a dimension of 4611686018427387904/],
    ['REFUSE_object_pickle.npy', /never loaded/],
    ['REFUSE_truncated_data.npy', /cut off: shape \(3, 4\) of <f4 needs 48 bytes of data, 41 found/],
    ['structured.npy', /structured dtype/],
  ] as const) {
    it(`refuses ${name} and says why`, () => {
      expect(() => decodeNpy(readFileSync(join(folder, name)))).toThrow(reason);
    });
  }

  it('knows every file of the goldens', () => {
    expect(files.filter((name) => name.startsWith('REFUSE_')).length).toBe(5);
  });
});
