import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonWith, seeded, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { readNpz } from '../src/file/index.js';
import { decodeNpy, encodeNpy } from '../src/index.js';

const python = pythonWith('numpy');

describe.skipIf(!python)('half-precision floats (skipped without Python and NumPy)', () => {
  it('widen to the same value as in NumPy, all 65,536 of them', async () => {
    const path = join(tempDir('half'), 'a.npz');
    const script = `import sys, numpy as np
h = np.arange(65536, dtype='u2').view('f2'); np.savez(sys.argv[1], h=h, f=h.astype('f4'))`;
    execFileSync(python as string, ['-c', script, path]);
    const { h, f } = (await readNpz(path)).arrays;
    expect(h.data).toEqual(f.data);
  });

  it('are rounded from float32 as in NumPy', async () => {
    const folder = tempDir('half');
    const random = seeded(5);
    const bits = Uint32Array.from({ length: 200_000 }, () => random() * 2 ** 32);
    // Random bits are seldom of a half's size, so most get an exponent around it.
    for (let i = 0; i < 150_000; i++) bits[i] = (bits[i] & 0x807fffff) | ((95 + (i % 50)) << 23);
    const floats = new Float32Array(bits.buffer).filter((value) => !Number.isNaN(value));
    writeFileSync(join(folder, 'f.npy'), encodeNpy({ data: floats }));
    writeFileSync(join(folder, 'h.npy'), encodeNpy({ data: floats, dtype: '<f2' }));
    const script = `import sys, numpy as np
np.seterr(all='ignore')
f, h = (np.load(sys.argv[1] + n) for n in ('/f.npy', '/h.npy')); print((f.astype('f2').view('u2') != h.view('u2')).sum())`;
    expect(execFileSync(python as string, ['-c', script, folder], { encoding: 'utf8' }).trim()).toBe('0');
  });

  it('come back as they were', () => {
    const halves = Uint8Array.from({ length: 2048 }, (_, i) => (i * 37) % 120);
    const bytes = encodeNpy({ data: new Float32Array(1024), dtype: '<f2' });
    bytes.set(halves, bytes.length - 2048);
    expect(Buffer.from(encodeNpy(decodeNpy(bytes))).equals(Buffer.from(bytes))).toBe(true);
  });
});
