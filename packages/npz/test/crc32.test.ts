import { crc32 as native } from 'node:zlib';
import { seeded } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { crc32, portableCrc32 } from '../src/crc32.js';

describe('crc32', () => {
  it('gives the check value of the standard', () => {
    const digits = new TextEncoder().encode('123456789');
    expect([crc32(digits), portableCrc32(digits)]).toEqual([0xcbf43926, 0xcbf43926]);
  });

  it('gives what zlib gives, in one go and in pieces', () => {
    const random = seeded(1);
    for (const length of [0, 1, 7, 1000, 65537]) {
      const bytes = Uint8Array.from({ length }, () => random() * 256);
      const half = length >> 1;
      expect(portableCrc32(bytes)).toBe(native(bytes));
      expect(portableCrc32(bytes.subarray(half), portableCrc32(bytes.subarray(0, half)))).toBe(native(bytes));
      expect(crc32(bytes)).toBe(native(bytes));
    }
  });
});
