import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import { isRealFile, isRealPath, makeRealFolder, OutputFolderError } from '../src/index.js';

describe('makeRealFolder', () => {
  it('makes the folders that are not there, for the owner alone', async () => {
    const root = tempDir('real');
    expect(await makeRealFolder(root, 'a/b')).toBe(join(root, 'a', 'b'));
    expect(await makeRealFolder(root, 'a/b')).toBe(join(root, 'a', 'b'));
    expect(await makeRealFolder(root, '.')).toBe(root);
    if (process.platform !== 'win32') expect(statSync(join(root, 'a', 'b')).mode & 0o777).toBe(0o700);
  });

  it.each<[string, (path: string) => void]>([
    ['a symbolic link', (path) => symlinkSync(tempDir('elsewhere'), path)],
    ['a file', (path) => writeFileSync(path, '')],
  ])('refuses %s on the way', async (what, make) => {
    const root = tempDir('real');
    make(join(root, 'a'));
    const error = await makeRealFolder(root, 'a/b').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(OutputFolderError);
    expect(error).toMatchObject({ code: 'ERR_OUTPUT_FOLDER' });
    expect((error as Error).message).toContain(`is ${what}`);
  });
});

describe('isRealPath and isRealFile', () => {
  it('follow no link', async () => {
    const root = tempDir('real');
    mkdirSync(join(root, 'a'));
    writeFileSync(join(root, 'a', 'f'), '');
    symlinkSync('a', join(root, 'link'));
    symlinkSync('f', join(root, 'a', 'g'));
    expect(await isRealPath(root, 'a')).toBe(true);
    expect(await isRealPath(root, 'link')).toBe(false);
    const files = ['a/f', 'link/f', 'a/g', 'a', 'a/none'];
    expect(await Promise.all(files.map((file) => isRealFile(root, file)))).toEqual([
      true,
      ...[false, false, false, false],
    ]);
  });
});
