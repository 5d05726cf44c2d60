import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pythonWith, seeded, tempDir } from '@face-sets/testing';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { readNpz, writeNpz } from '../src/file/index.js';
import { decodeNpy, encodeNpy, type NpyInput, type NpzInput } from '../src/index.js';

const python = pythonWith('numpy');
const random = seeded(11);
const below = (n: number) => Math.floor(random() * n);
const pick = <T>(items: readonly T[]): T => items[below(items.length)];

const NUMBERS = [
  ['|i1', Int8Array],
  ['|u1', Uint8Array],
  ['|b1', Uint8Array],
  ['<i2', Int16Array],
  ['>u2', Uint16Array],
  ['<u4', Uint32Array],
  ['>i4', Int32Array],
  ['<f4', Float32Array],
  ['>f4', Float32Array],
  ['>f8', Float64Array],
] as const;
const CHARACTERS = ['a', 'Z', ' ', 'é', '顔', '😀', "'", '\\', '\u0000x'];

function randomArray(): Exclude<NpyInput, { stride: number[] }> & { shape: number[] } {
  const shape = Array.from({ length: below(5) }, () => below(5));
  const count = shape.reduce((a, b) => a * b, 1);
  const fortranOrder = random() < 0.4;
  const kind = below(4);
  if (kind === 0) {
    const data = Array.from({ length: count }, () =>
      Array.from({ length: below(6) }, () => pick(CHARACTERS)).join(''),
    );
    return { data, shape, fortranOrder, dtype: `${pick(['<', '>'])}U12` };
  }
  if (kind === 1) {
    const data = BigInt64Array.from(
      { length: count },
      () => BigInt(below(2 ** 32) - 2 ** 31) * 2n ** 32n + BigInt(below(2 ** 32)),
    );
    return { data, shape, fortranOrder, dtype: pick(['<i8', '>i8']) };
  }
  const [dtype, type] = pick(NUMBERS);
  const data = new type(count);
  for (let i = 0; i < count; i++) data[i] = dtype === '|b1' ? below(2) : (random() - 0.3) * 1000;
  return { data, shape, fortranOrder, dtype };
}

describe('any array', () => {
  it('comes back as it was written', () => {
    for (let i = 0; i < 2000; i++) {
      const input = randomArray();
      const { array, ...output } = decodeNpy(encodeNpy(input));
      expect(output).toEqual(input);
      expect(array.shape).toEqual(input.shape);
    }
  });

  it('seen through any view is written as the view shows it', () => {
    for (let i = 0; i < 500; i++) {
      const shape = Array.from({ length: 1 + below(4) }, () => 1 + below(4));
      const full = ndarray(
        Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, n) => n),
        shape,
      );
      const order = shape.map((_, d) => d).sort(() => random() - 0.5);
      let view = full.transpose(...order).step(...shape.map(() => pick([1, -1, 2])));
      view = view.lo(...view.shape.map((n) => below(n)));
      const { array } = decodeNpy(encodeNpy(view));
      expect(array.shape).toEqual(view.shape);
      const index = view.shape.map(() => 0);
      for (let n = 0; n < view.size; n++) {
        expect(array.get(...index)).toBe(view.get(...index));
        for (let d = index.length - 1; d >= 0 && ++index[d] === view.shape[d]; d--) index[d] = 0;
      }
    }
  });

  it.skipIf(!python)(
    'is the same file when NumPy has read and written it (skipped without Python and NumPy)',
    async () => {
      const folder = tempDir('random');
      const [ours, theirs] = [join(folder, 'ours.npz'), join(folder, 'theirs.npz')];
      // NumPy calls an array of one row or column, or of none, by whichever order it likes.
      const arrays = Array.from({ length: 200 }, randomArray).filter(
        ({ shape, fortranOrder }) =>
          !fortranOrder || (shape.filter((n) => n > 1).length > 1 && !shape.includes(0)),
      );
      await writeNpz(ours, new Map<string, NpzInput>(arrays.map((array, i) => [`a${i}`, array])));
      execFileSync(python as string, [
        '-c',
        'import sys, numpy as np; np.savez(sys.argv[2], **np.load(sys.argv[1]))',
        ours,
        theirs,
      ]);
      const back = (await readNpz(theirs)).arrays;
      arrays.forEach((array, i) => {
        expect(Buffer.from(encodeNpy(back[`a${i}`])).equals(Buffer.from(encodeNpy(array)))).toBe(true);
      });
    },
  );
});
