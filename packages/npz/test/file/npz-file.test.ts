import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asOrdinaryUser, pythonWith, sharedPath, tempDir } from '@face-sets/testing';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { openNpz, readNpz, writeNpz } from '../../src/file/index.js';
import { decodeNpz, NpzFormatError } from '../../src/index.js';

const goldens = sharedPath('goldens', 'npz');
const python = pythonWith('numpy');

function runPython(script: string, ...args: string[]): string {
  return execFileSync(python as string, ['-c', script, ...args], { encoding: 'utf8' });
}

describe.skipIf(!goldens)('containers that NumPy wrote (skipped without the shared goldens)', () => {
  const folder = goldens as string;

  it('reads stored members, from memory and from a file', async () => {
    const fromMemory = decodeNpz(readFileSync(join(folder, 'stored.npz'))).arrays;
    const fromFile = (await readNpz(join(folder, 'stored.npz'))).arrays;
    expect(Object.keys(fromFile)).toEqual(['embeddings', 'paths', 'idx']);
    expect(fromFile.embeddings.shape).toEqual([5, 512]);
    expect(fromFile.embeddings.dtype).toBe('<f4');
    expect(fromFile.paths.data.length).toBe(fromFile.paths.shape[0]);
    for (const name of Object.keys(fromFile)) expect(fromMemory[name].data).toEqual(fromFile[name].data);
  });

  it('reads deflated members, from memory and from a file', async () => {
    const fromMemory = decodeNpz(readFileSync(join(folder, 'deflated.npz'))).arrays;
    const fromFile = (await readNpz(join(folder, 'deflated.npz'))).arrays;
    expect(Object.keys(fromFile)).toEqual(['x', 'y']);
    for (const name of Object.keys(fromFile)) expect(fromMemory[name].data).toEqual(fromFile[name].data);
  });

  for (const [name, reason] of [
    [
      'REFUSE_bad_crc.npz',
      /member "embeddings.npy" is damaged: CRC-32 [0-9a-f]{8} found, [0-9a-f]{8} expected/,
    ],
    ['REFUSE_truncated.npz', /cut off: it has no zip end record/],
  ] as const) {
    it(`refuses ${name} and says why, from memory and from a file`, async () => {
      expect(() => decodeNpz(readFileSync(join(folder, name)))).toThrow(reason);
      await expect(readNpz(join(folder, name))).rejects.toThrow(reason);
    });
  }

  it('refuses every container that is to be refused', () => {
    const refuse = readdirSync(folder).filter((name) => /^REFUSE_.*npz$/.test(name));
    expect(refuse.length).toBe(2);
    for (const name of refuse)
      expect(() => decodeNpz(readFileSync(join(folder, name)))).toThrow(NpzFormatError);
  });

  it.skipIf(!python)('reads the values that NumPy reads (skipped without Python and NumPy)', async () => {
    const script =
      'import json,sys,numpy as np; z=np.load(sys.argv[1]); print(json.dumps({k: z[k].tolist() for k in z.files}))';
    for (const name of ['stored.npz', 'deflated.npz']) {
      const expected = JSON.parse(runPython(script, join(folder, name)));
      const { arrays } = await readNpz(join(folder, name));
      for (const key of Object.keys(expected)) {
        expect(
          Array.from<unknown>(arrays[key].data).map((v) => (typeof v === 'bigint' ? Number(v) : v)),
        ).toEqual(expected[key].flat());
      }
    }
  });
});

describe.skipIf(!python)('round trips with NumPy (skipped without Python and NumPy)', () => {
  for (const [writer, compressed] of [
    ['savez', false],
    ['savez_compressed', true],
  ] as const) {
    it(`reads what numpy.${writer} wrote, and NumPy reads what we write of it`, async () => {
      const folder = tempDir('npz');
      const theirs = join(folder, 'theirs.npz');
      const ours = join(folder, 'ours.npz');
      runPython(
        `import sys, numpy as np
r = np.random.default_rng(1)
np.${writer}(sys.argv[1], f4=r.normal(size=(300, 7)).astype('f4'), f2=r.normal(size=9).astype('f2'),
  big=r.normal(size=5).astype('>f8'), fortran=np.asfortranarray(r.normal(size=(3, 4, 5))), i8=np.array([-2**63, 2**63-1]),
  u8=np.array([2**64-1], 'u8'), flag=np.array([[True, False]]), text=np.array(['é', '顔😀', '']), raw=np.array([b'ab', b'c']),
  none=np.zeros((0, 512), 'f4'), scalar=np.array(2.5), **{'odd name/é': np.arange(3, dtype='i2')})`,
        theirs,
      );
      const { arrays } = await readNpz(theirs);
      expect(Object.keys(arrays)).toHaveLength(12);
      expect(arrays.text.data).toEqual(['é', '顔😀', '']);
      expect(arrays.u8.data[0]).toBe(2n ** 64n - 1n);
      await writeNpz(ours, arrays, { compressed });
      const same = runPython(
        `import sys, numpy as np
a, b = (np.load(p, allow_pickle=False) for p in sys.argv[1:])
assert a.files == b.files, (a.files, b.files)
for k in a.files:
    assert a[k].dtype == b[k].dtype and a[k].shape == b[k].shape, k
    assert a[k].flags.f_contiguous == b[k].flags.f_contiguous, k
    assert a[k].tobytes() == b[k].tobytes(), k
print('same')`,
        theirs,
        ours,
      );
      expect(same.trim()).toBe('same');
    });
  }

  it('writes views of an ndarray as NumPy sees them', async () => {
    const path = join(tempDir('npz'), 'views.npz');
    const full = ndarray(
      Float64Array.from({ length: 24 }, (_, i) => i),
      [2, 3, 4],
    );
    await writeNpz(path, {
      transposed: full.transpose(2, 0, 1),
      part: full.lo(0, 1, 1).hi(2, 2, 2),
      reversed: full.step(1, -1, 2),
      picked: full.pick(1, null, 2),
    });
    const out = JSON.parse(
      runPython(
        `import json, sys, numpy as np
z = np.load(sys.argv[1]); f = np.arange(24.).reshape(2, 3, 4)
w = {'transposed': f.transpose(2, 0, 1), 'part': f[:, 1:3, 1:3], 'reversed': f[:, ::-1, ::2], 'picked': f[1, :, 2]}
print(json.dumps([k for k in w if not np.array_equal(z[k], w[k])]))`,
        path,
      ),
    );
    expect(out).toEqual([]);
  });

  it('reads a member that NumPy streamed with zip64 local headers and data descriptors', async () => {
    const path = join(tempDir('npz'), 'streamed.npz');
    runPython(
      `import sys, io, zipfile, numpy as np
class Pipe(io.RawIOBase):
    def __init__(self, f): self.f = f
    def writable(self): return True
    def write(self, b): return self.f.write(b)
with open(sys.argv[1], 'wb') as f, zipfile.ZipFile(Pipe(f), 'w') as z:
    with z.open('a.npy', 'w', force_zip64=True) as m: np.save(m, np.arange(5, dtype='i4'))
    z.writestr('b.txt', 'hello')`,
      path,
    );
    const { arrays, files } = await readNpz(path);
    expect([...arrays.a.data]).toEqual([0, 1, 2, 3, 4]);
    expect(Buffer.from(files['b.txt']).toString()).toBe('hello');
  });
});

describe('writeNpz', () => {
  const entries = {
    a: { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] },
    'meta.json': { bytes: Buffer.from('{}') },
    names: { data: ['x', 'yy'] },
  };

  it('gives the same bytes for the same content, and readable by the owner alone', async () => {
    const folder = tempDir('npz');
    await writeNpz(join(folder, '1.npz'), entries);
    await writeNpz(join(folder, '2.npz'), new Map(Object.entries(entries)));
    expect(readFileSync(join(folder, '1.npz')).equals(readFileSync(join(folder, '2.npz')))).toBe(true);
    expect(statSync(join(folder, '1.npz')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['1.npz', '2.npz']);
  });

  it('leaves the old file and no other when a member cannot be written', async () => {
    const folder = tempDir('npz');
    const path = join(folder, 'a.npz');
    await writeNpz(path, entries);
    const before = readFileSync(path);
    await expect(
      writeNpz(path, { ...entries, bad: { data: new Uint8Array(3), shape: [2] } }),
    ).rejects.toThrow('member "bad": shape (2) needs 2 elements, the data has 3');
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['a.npz']);
  });

  it('refuses a dtype that does not fit the data', async () => {
    const path = join(tempDir('npz'), 'a.npz');
    const data = Float32Array.of(1);
    await expect(writeNpz(path, { a: { data, dtype: '<i4' } })).rejects.toThrow(
      'dtype <i4 does not fit data of type Float32Array',
    );
    await expect(writeNpz(path, { a: { data: ['é顔'], dtype: '|S9' } })).rejects.toThrow(
      'does not fit dtype |S9',
    );
  });
});

describe('openNpz', () => {
  it('reads only the members asked for: damage in another does not matter', async () => {
    const path = join(tempDir('npz'), 'a.npz');
    await writeNpz(path, {
      first: { data: new Float32Array(1000).fill(7) },
      second: { data: Int32Array.of(5) },
    });
    const bytes = readFileSync(path);
    bytes[2000] ^= 1;
    writeFileSync(path, bytes);
    const npz = await openNpz(path);
    expect(npz.names).toEqual(['first', 'second']);
    expect([...(await npz.read('second')).data]).toEqual([5]);
    await expect(npz.read('first')).rejects.toThrow(/member "first.npy" is damaged: CRC-32/);
    await expect(npz.read('third')).rejects.toThrow('there is no member "third"; found first, second');
    await npz.close();
  });

  it.skipIf(process.platform === 'win32')('passes on why a file cannot be opened', async () => {
    const path = join(tempDir('npz'), 'a.npz');
    await writeNpz(path, { a: { data: Int8Array.of(1) } });
    chmodSync(path, 0);
    await asOrdinaryUser(() => expect(openNpz(path)).rejects.toThrow('EACCES'));
  });
});
