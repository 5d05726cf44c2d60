import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonWith, tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { writeNpz } from '../src/file/index.js';
import { decodeNpz, encodeNpz, NpzFormatError, readZip } from '../src/index.js';

const python = pythonWith('numpy');
const members = {
  points: { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] },
  names: { data: ['Ada', 'Åse', '顔'] },
  'notes.json': { bytes: new TextEncoder().encode('{}') },
};

describe.each([false, true])('encodeNpz (compressed: %s)', (compressed) => {
  it('gives the bytes of writeNpz', async () => {
    const path = join(tempDir('npz'), 'a.npz');
    await writeNpz(path, members, { compressed });
    expect(readFileSync(path).equals(encodeNpz(members, { compressed }))).toBe(true);
    expect(readFileSync(path).equals(encodeNpz(new Map(Object.entries(members)), { compressed }))).toBe(true);
  });

  it('gives what decodeNpz reads', () => {
    const { arrays, files } = decodeNpz(encodeNpz(members, { compressed }));
    expect(arrays.points!.array.get(2, 1)).toBe(6);
    expect(arrays.names!.data).toEqual(members.names.data);
    expect(files['notes.json']).toEqual(members['notes.json'].bytes);
  });

  it.skipIf(!python)('gives what NumPy reads (skipped without Python and NumPy)', () => {
    const path = join(tempDir('npz'), 'a.npz');
    writeFileSync(path, encodeNpz(members, { compressed }));
    const script = `import sys, numpy
with numpy.load(sys.argv[1], allow_pickle=False) as npz: print(npz["points"].tolist(), npz["names"].tolist())`;
    expect(execFileSync(python as string, ['-c', script, path], { encoding: 'utf8' }).trim()).toBe(
      "[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]] ['Ada', 'Åse', '顔']",
    );
  });
});

describe('encodeNpz', () => {
  it('refuses two members that would have one name', () => {
    const twice = new Map(['a', 'a.npy'].map((name) => [name, { data: Uint8Array.of(1) }]));
    expect(() => encodeNpz(twice)).toThrow(new NpzFormatError('member "a.npy" was given twice'));
  });

  it('writes an empty container', () => {
    expect(decodeNpz(encodeNpz({}))).toEqual({ arrays: Object.create(null), files: Object.create(null) });
  });
});

describe('an error', () => {
  it('has a name and a code that stay, for programs', () => {
    const thrownBy = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return error;
      }
    };
    expect(thrownBy(() => decodeNpz(new Uint8Array(9)))).toMatchObject({
      name: 'NpzFormatError',
      code: 'ERR_NPZ_FORMAT',
    });
    expect(thrownBy(() => encodeNpz({ a: { data: new Uint8Array(3), shape: [2] } }))).toMatchObject({
      name: 'NpyFormatError',
      code: 'ERR_NPY_FORMAT',
      message: 'member "a": shape (2) needs 2 elements, the data has 3',
    });
  });
});

describe('readZip', () => {
  it.each([false, true])('gives all members as bytes, arrays too (compressed: %s)', (compressed) => {
    const zip = readZip(encodeNpz(members, { compressed }));
    expect(zip.map(({ name }) => name)).toEqual(['points.npy', 'names.npy', 'notes.json']);
    expect(new TextDecoder().decode(zip[2]!.bytes)).toBe('{}');
  });

  it('refuses a damaged member', () => {
    const bytes = encodeNpz({ 'notes.json': { bytes: new TextEncoder().encode('{"a":1}') } });
    bytes[bytes.indexOf(0x7b)]!++;
    expect(() => readZip(bytes)).toThrow(/member "notes.json" is damaged: CRC-32/);
  });
});
