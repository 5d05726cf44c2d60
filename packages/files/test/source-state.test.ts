import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { fileSha256, isMissing, sourceState } from '../src/index.js';

describe('sourceState', () => {
  const folder = tempDir('source');
  const path = join(folder, 'a.jpg');
  writeFileSync(path, 'photo');
  const { size, mtimeMs: mtime } = statSync(path);

  it('takes the same size and time as unchanged, and looks at the content else', async () => {
    const sha256 = await fileSha256(path);
    expect(await sourceState(path, { sha256: 'not looked at', size, mtime })).toMatchObject({
      state: 'same',
      size,
    });
    utimesSync(path, 1, 1);
    expect((await sourceState(path, { sha256, size, mtime })).state).toBe('same');
    expect((await sourceState(path, { sha256: 'f'.repeat(64), size, mtime })).state).toBe('changed');
    expect((await sourceState(path, { sha256, size: 4, mtime })).state).toBe('changed');
    expect((await sourceState(path)).state).toBe('same');
  });

  it('tells a missing photo from one that cannot be read', async () => {
    expect((await sourceState(join(folder, 'none.jpg'))).state).toBe('missing');
    expect((await sourceState(join(path, 'below.jpg'))).state).toBe('missing');
    expect((await sourceState(folder)).state).toBe('unreadable');
    expect([await isMissing(path), await isMissing(join(folder, 'none.jpg'))]).toEqual([false, true]);
  });
});

describe('fileSha256', () => {
  it('gives the digest in lower-case hexadecimal', async () => {
    const path = join(tempDir('sha256'), 'abc');
    writeFileSync(path, 'abc');
    expect(await fileSha256(path)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
