import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { seeded, tempDir } from '@face-sets/testing';
import { deflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readNpz } from '../src/file/index.js';
import { decodeNpy, decodeNpz, encodeNpy, NpyFormatError, NpzFormatError } from '../src/index.js';
import { formatDirectory, formatEnd, formatLocalHeader } from '../src/zip-headers.js';
import type { ZipEntry } from '../src/zip-records.js';

const array = encodeNpy({ data: Float32Array.from({ length: 100 }, (_, i) => i) });

function entryOf(name: string, content: Uint8Array, change: Partial<ZipEntry> = {}): ZipEntry {
  const { length } = content;
  return {
    name,
    method: 0,
    crc: crc32(content),
    size: length,
    compressedSize: length,
    localOffset: 0,
    ...change,
  };
}

/** A zip of members whose directory entries may lie. */
function zip(members: { content: Uint8Array; entry: ZipEntry; directory?: Partial<ZipEntry> }[]): Buffer {
  const parts: Uint8Array[] = [];
  const entries: ZipEntry[] = [];
  let offset = 0;
  for (const { content, entry, directory } of members) {
    const local = formatLocalHeader(entry);
    entries.push({ ...entry, localOffset: offset, ...directory });
    parts.push(local, content);
    offset += local.length + content.length;
  }
  const bytes = formatDirectory(entries);
  return Buffer.concat([
    ...parts,
    bytes,
    formatEnd({ offset, size: bytes.length, count: entries.length }, false),
  ]);
}

async function expectRefused(bytes: Buffer, reason: RegExp): Promise<void> {
  expect(() => decodeNpz(bytes)).toThrow(reason);
  const path = join(tempDir('npz'), 'a.npz');
  writeFileSync(path, bytes);
  await expect(readNpz(path)).rejects.toThrow(reason);
}

describe('hostile containers, from memory and from a file', () => {
  it('refuses a deflate bomb at the size it claims, not at the size it has', async () => {
    const bomb = deflateSync(new Uint8Array(64 * 2 ** 20));
    const entry = entryOf('a.npy', bomb, { method: 8, size: 1000, compressedSize: bomb.length });
    await expectRefused(zip([{ content: bomb, entry }]), /inflates to more than the 1000 bytes it claims/);
  });

  it('refuses a size that no deflate stream of that length can have, before taking memory for it', async () => {
    const content = deflateSync(array);
    const entry = entryOf('a.npy', content, { method: 8, size: 2 ** 45, compressedSize: content.length });
    await expectRefused(
      zip([{ content, entry }]),
      /claims 35184372088832 bytes, more than \d+ can inflate to/,
    );
  });

  it('refuses a deflated member that inflates to less than it claims', async () => {
    const content = deflateSync(array);
    const entry = entryOf('a.npy', array, {
      method: 8,
      size: array.length + 1,
      compressedSize: content.length,
    });
    await expectRefused(zip([{ content, entry }]), /expected|followed by|inflates to|cut off/);
  });

  it('refuses a damaged deflate stream', async () => {
    const content = deflateSync(array).fill(0xff, 10, 20);
    const entry = entryOf('a.npy', array, { method: 8, compressedSize: content.length });
    await expectRefused(zip([{ content, entry }]), /damaged|cut off/);
  });

  it('refuses members that overlap', async () => {
    const entry = entryOf('a.npy', array);
    const other = entryOf('b.npy', array);
    await expectRefused(
      zip([
        { content: array, entry },
        { content: array, entry: other, directory: { localOffset: 10 } },
      ]),
      /member "b.npy" overlaps another/,
    );
  });

  it('refuses a member that is there twice', async () => {
    const entry = entryOf('a.npy', array);
    await expectRefused(
      zip([
        { content: array, entry },
        { content: array, entry },
      ]),
      /member "a.npy" occurs twice/,
    );
  });

  it('refuses a directory that contradicts a local header', async () => {
    const entry = entryOf('a.npy', array);
    await expectRefused(
      zip([{ content: array, entry, directory: { name: 'b.npy' } }]),
      /contradicts the zip directory/,
    );
    await expectRefused(
      zip([{ content: array, entry, directory: { crc: 1 } }]),
      /contradicts the zip directory/,
    );
    await expectRefused(zip([{ content: array, entry, directory: { localOffset: 7 } }]), /directory/);
  });

  it('refuses a member that reaches past the end', async () => {
    const entry = entryOf('a.npy', array, { size: 1e6, compressedSize: 1e6 });
    await expectRefused(zip([{ content: array, entry }]), /reaches into the zip directory/);
  });

  it('refuses unknown compression, encryption and a stored member with two sizes', async () => {
    await expectRefused(
      zip([{ content: array, entry: entryOf('a.npy', array, { method: 14 }) }]),
      /compression method 14/,
    );
    await expectRefused(
      zip([{ content: array, entry: entryOf('a.npy', array, { size: 3 }) }]),
      /is stored, yet has 528 bytes for 3/,
    );
    const encrypted = zip([{ content: array, entry: entryOf('a.npy', array) }]);
    encrypted[encrypted.lastIndexOf('PK\x01\x02') + 8] |= 1;
    await expectRefused(encrypted, /encrypted/);
  });

  it('refuses an end record that promises more members or a larger directory than there is', async () => {
    const good = zip([{ content: array, entry: entryOf('a.npy', array) }]);
    const many = Buffer.from(good);
    many.writeUInt16LE(500, many.length - 14);
    many.writeUInt16LE(500, many.length - 12);
    await expectRefused(many, /impossible zip directory: 500 entries/);
    const large = Buffer.from(good);
    large.writeUInt32LE(0x7fffffff, large.length - 10);
    await expectRefused(large, /not where its end record says/);
  });

  it('refuses an empty file and one that is no zip', async () => {
    await expectRefused(Buffer.alloc(0), /no zip end record/);
    await expectRefused(Buffer.from('hello'.repeat(1000)), /no zip end record/);
  });

  it('takes an array member apart only as an array', async () => {
    const text = Buffer.from('not an array');
    await expectRefused(
      zip([{ content: text, entry: entryOf('a.npy', text) }]),
      /member "a.npy": not a .npy array/,
    );
  });

  it('survives a member named __proto__', () => {
    const { arrays } = decodeNpz(zip([{ content: array, entry: entryOf('__proto__.npy', array) }]));
    expect(Object.keys(arrays)).toEqual(['__proto__']);
  });

  it('gives the right values or an error of its own for any change of any byte', () => {
    const random = seeded(20);
    const deflated = deflateSync(array);
    const good = zip([
      { content: array, entry: entryOf('a.npy', array) },
      { content: deflated, entry: entryOf('b.npy', array, { method: 8, compressedSize: deflated.length }) },
    ]);
    const expected = decodeNpz(good);
    let refused = 0;
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at] ^= 1 << Math.floor(random() * 8);
      try {
        const { arrays } = decodeNpz(bad);
        for (const found of Object.values(arrays))
          expect([...found.data]).toEqual([...expected.arrays.a.data]);
      } catch (error) {
        if (!(error instanceof NpzFormatError || error instanceof NpyFormatError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(good.length * 0.7);
  });

  it('refuses a container cut off at any byte', () => {
    const good = zip([{ content: array, entry: entryOf('a.npy', array) }]);
    for (let length = 0; length < good.length; length++) {
      expect(() => decodeNpz(good.subarray(0, length))).toThrow(NpzFormatError);
    }
  });
});

describe('hostile array headers', () => {
  function withHeader(text: string, major = 1): Uint8Array {
    const bytes = Buffer.alloc((major === 1 ? 10 : 12) + text.length);
    bytes.write('\x93NUMPY', 0, 'latin1');
    bytes[6] = major;
    if (major === 1) bytes.writeUInt16LE(text.length, 8);
    else bytes.writeUInt32LE(text.length, 8);
    bytes.write(text, major === 1 ? 10 : 12, 'latin1');
    return bytes;
  }

  for (const [title, header, reason] of [
    [
      'code for a shape',
      "{'descr': '<f4', 'fortran_order': False, 'shape': (__import__('os').system('x'),)}",
      /whole number/,
    ],
    ['a negative dimension', "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", /whole number/],
    [
      'a product beyond all memory',
      `{'descr': '<f4', 'fortran_order': False, 'shape': (${'9999999, '.repeat(9)})}`,
      /no memory could hold it/,
    ],
    [
      'more than 32 dimensions',
      `{'descr': '<f4', 'fortran_order': False, 'shape': (${'1, '.repeat(33)})}`,
      /more than 32 dimensions/,
    ],
    [
      'a shape that is a number',
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4)}",
      /a tuple for shape/,
    ],
    [
      'a missing comma',
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4 4)}",
      /comma between dimensions/,
    ],
    [
      'endless strings of no length',
      "{'descr': '<U0', 'fortran_order': False, 'shape': (9007199254740991,)}",
      /dtype "<U0" is not supported/,
    ],
    [
      'a key twice',
      "{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': ()}",
      /once each; found "descr"/,
    ],
    ['an unknown key', "{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': 1}", /found "x"/],
    ['a key missing', "{'descr': '<f4', 'shape': ()}", /lacks one of/],
    ['an escape in a string', "{'descr': '<f\\x34', 'fortran_order': False, 'shape': ()}", /plain string/],
    ['an open string', "{'descr': '<f4", /plain string/],
    [
      'something after the end',
      "{'descr': '<f4', 'fortran_order': False, 'shape': ()} + 1",
      /nothing after the closing brace/,
    ],
    ['1 for True', "{'descr': '<f4', 'fortran_order': 1, 'shape': ()}", /True or False/],
    ['no byte order', "{'descr': '|f4', 'fortran_order': False, 'shape': ()}", /names no byte order/],
    ['complex numbers', "{'descr': '<c8', 'fortran_order': False, 'shape': ()}", /complex numbers/],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(() => decodeNpy(withHeader(header))).toThrow(NpyFormatError);
      expect(() => decodeNpy(withHeader(header))).toThrow(reason);
    });
  }

  it('refuses a header that claims gigabytes', () => {
    const bytes = withHeader(' ', 2);
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(8, 0xfffffff0, true);
    expect(() => decodeNpy(bytes)).toThrow(
      'the .npy header claims 4294967280 bytes; at most 65536 are accepted',
    );
  });

  it('refuses bytes after the data', () => {
    expect(() => decodeNpy(Buffer.concat([array, Buffer.from('x')]))).toThrow(
      'followed by 1 unexpected bytes',
    );
  });

  it('reads what Python 2 wrote, with long integers and any spacing', () => {
    const header = "{ \"descr\" : '|u1','fortran_order':False ,'shape':(2L,),}\n";
    expect([...decodeNpy(Buffer.concat([withHeader(header), Buffer.from([4, 5])])).data]).toEqual([4, 5]);
  });
});
