import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { errorCode, errorText, isSystemError, reasonText, systemErrorLine } from '../src/index.js';

const missing = await readFile('/no/such/file').catch((error: unknown) => error);
const own = Object.assign(new Error('not ours'), { code: 'ERR_FOREIGN_FILE' });

describe('an error', () => {
  it('has a code where it is the system that failed, or a library that says so', () => {
    expect([missing, own, new Error('x'), 'x', null].map(errorCode)).toEqual([
      'ENOENT',
      'ERR_FOREIGN_FILE',
      undefined,
      undefined,
      undefined,
    ]);
    expect([missing, own, 'x'].map(isSystemError)).toEqual([true, false, false]);
  });

  it('is one line', () => {
    expect(errorText(new Error('broken \nat line 3'))).toBe('broken');
    expect(errorText('broken')).toBe('broken');
  });

  it('is put into words', () => {
    expect(reasonText(missing)).toBe('no such file or folder (ENOENT)');
    expect(reasonText(Object.assign(new Error('x'), { code: 'EXDEV' }))).toBe('EXDEV');
    expect(reasonText(new Error('broken\nhere'))).toBe('broken');
  });

  it('of the system is a line with its path, where there are words for it', () => {
    expect(systemErrorLine(missing)).toBe('/no/such/file: no such file or folder (ENOENT)');
    expect(systemErrorLine(Object.assign(new Error('x'), { code: 'ENOSPC' }))).toBe(
      'no space left on the disk (ENOSPC)',
    );
    for (const other of [own, new Error('x'), 'x', Object.assign(new Error('x'), { code: 'EXDEV' })]) {
      expect(systemErrorLine(other)).toBeNull();
    }
  });
});
