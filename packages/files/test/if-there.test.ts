import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asOrdinaryUser, tempDir } from '@face-sets/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { nullIfMissing, readFileIfThere, UnreadablePathError } from '../src/index.js';

let root: string;
const at = (...parts: string[]) => join(root, ...parts);

beforeEach(() => {
  root = tempDir();
  chmodSync(root, 0o755);
});

describe('what may not be there', () => {
  it('is null where there is nothing', async () => {
    writeFileSync(at('file'), '');
    symlinkSync(at('circle'), at('circle'));
    expect(await nullIfMissing(at('none'), lstat(at('none')))).toBeNull();
    expect(await nullIfMissing(at('file', 'below'), readdir(at('file', 'below')))).toBeNull();
    expect(await nullIfMissing(at('circle'), stat(at('circle')))).toBeNull();
    expect(await nullIfMissing(root, readdir(root))).toEqual(['circle', 'file']);
  });

  it.skipIf(process.platform === 'win32')('is an error where it may not be read', async () => {
    mkdirSync(at('locked'));
    chmodSync(at('locked'), 0);
    const read = asOrdinaryUser(() => nullIfMissing(at('locked'), readdir(at('locked'))));
    await expect(read).rejects.toThrow(UnreadablePathError);
    await expect(read).rejects.toThrow(
      `cannot read ${at('locked')}: permission denied (EACCES); allow this user to read it, or move it away`,
    );
    const inside = asOrdinaryUser(() => readFileIfThere(at('locked', 'file')));
    await expect(inside).rejects.toThrow(UnreadablePathError);
  });

  it('lets errors through that are not of the system', async () => {
    await expect(nullIfMissing(root, Promise.reject(new TypeError('no')))).rejects.toThrow(TypeError);
  });
});

describe('a file that may not be there', () => {
  it('is null where there is nothing, or no regular file', async () => {
    writeFileSync(at('file'), 'text');
    symlinkSync(at('file'), at('link'));
    expect(await readFileIfThere(at('none'))).toBeNull();
    expect(await readFileIfThere(root)).toBeNull();
    expect(await readFileIfThere(at('link'), { follow: false })).toBeNull();
    expect(String(await readFileIfThere(at('link')))).toBe('text');
  });
});
