import { lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tempDir } from '@face-sets/testing';
import { describe, expect, it } from 'vitest';
import {
  AtomicFile,
  type FileSystem,
  nodeFileSystem,
  type OpenFile,
  writeFileAtomic,
  writeFileAtomicWith,
} from '../src/index.js';

/** A disk that notes each call that changes something, and fails at the one of a number. */
function watchedDisk(failing = -1): { fileSystem: FileSystem; calls: string[] } {
  const calls: string[] = [];
  const note = (call: string): void => {
    if (calls.push(call) - 1 === failing) throw Object.assign(new Error(`EIO: ${call}`), { code: 'EIO' });
  };
  const wrap = (file: OpenFile, kind: string): OpenFile => ({
    read: (...args) => file.read(...args),
    stat: () => file.stat(),
    truncate: (length) => file.truncate(length),
    close: () => file.close(),
    async write(...args) {
      note('write');
      return file.write(...args);
    },
    async sync() {
      note(`sync ${kind}`);
      await file.sync();
    },
  });
  const fileSystem: FileSystem = {
    ...nodeFileSystem,
    async open(path, flags, mode) {
      note(`open ${flags}`);
      return wrap(await nodeFileSystem.open(path, flags, mode), flags === 'r' ? 'folder' : 'file');
    },
    async rename(from, to) {
      note('rename');
      await nodeFileSystem.rename(from, to);
    },
  };
  return { fileSystem, calls };
}

describe('writeFileAtomic', () => {
  it.each<[string, string | Uint8Array | string[]]>([
    ['a text', 'Åse\n'],
    ['bytes', Buffer.from('Åse\n')],
    ['pieces of a text', ['Å', 'se', '\n']],
  ])('writes %s, for the owner alone', async (_, content) => {
    const path = join(tempDir('atomic'), 'a.txt');
    await writeFileAtomic(path, content);
    expect(readFileSync(path, 'utf8')).toBe('Åse\n');
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(path))).toEqual(['a.txt']);
  });

  it('gives the new file the mode that was asked for, not that of the old one', async () => {
    const path = join(tempDir('atomic'), 'a.txt');
    writeFileSync(path, 'old', { mode: 0o666 });
    await writeFileAtomic(path, 'new', { mode: 0o640 });
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('makes the content durable before its name, and the name before it returns', async () => {
    const { fileSystem, calls } = watchedDisk();
    await writeFileAtomic(join(tempDir('atomic'), 'a.txt'), 'new', { fileSystem });
    expect(calls).toEqual(['open wx', 'write', 'sync file', 'rename', 'open r', 'sync folder']);
  });

  it('waits for no disk where the file need not be durable', async () => {
    const { fileSystem, calls } = watchedDisk();
    await writeFileAtomic(join(tempDir('atomic'), 'a.txt'), 'new', { fileSystem, durable: false });
    expect(calls).toEqual(['open wx', 'write', 'rename']);
  });

  it('leaves the old file and no other when the disk fails before the rename', async () => {
    const path = join(tempDir('atomic'), 'a.txt');
    await writeFileAtomic(path, 'old');
    for (let failing = 0; failing < 4; failing++) {
      const { fileSystem } = watchedDisk(failing);
      await expect(writeFileAtomic(path, 'new', { fileSystem })).rejects.toThrow('cannot write a.txt: EIO: ');
      expect(readFileSync(path, 'utf8')).toBe('old');
      expect(readdirSync(dirname(path))).toEqual(['a.txt']);
    }
  });

  it.skipIf(process.platform === 'win32')('replaces a link, and leaves what it leads to', async () => {
    const folder = tempDir('atomic');
    writeFileSync(join(folder, 'photo.jpg'), 'photo');
    symlinkSync('photo.jpg', join(folder, 'a.txt'));
    await writeFileAtomic(join(folder, 'a.txt'), 'new');
    expect(readFileSync(join(folder, 'photo.jpg'), 'utf8')).toBe('photo');
    expect(lstatSync(join(folder, 'a.txt')).isSymbolicLink()).toBe(false);
  });

  it.skipIf(process.platform === 'win32')(
    'never writes through a link under its temporary name',
    async () => {
      const folder = tempDir('atomic');
      writeFileSync(join(folder, 'photo.jpg'), 'photo');
      symlinkSync('photo.jpg', join(folder, 'temp'));
      const file = await AtomicFile.create(nodeFileSystem, join(folder, 'a'), join(folder, 'temp'), 0o600);
      await file.write('new');
      await file.seal();
      await file.publish();
      expect(readFileSync(join(folder, 'photo.jpg'), 'utf8')).toBe('photo');
      expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('new');
    },
  );
});

describe('writeFileAtomicWith', () => {
  it('gives what was returned, and writes over what was written', async () => {
    const path = join(tempDir('atomic'), 'a.txt');
    const bytes = await writeFileAtomicWith(path, async (file) => {
      await file.write('0 photos');
      await file.patch(Buffer.from('7'), 0);
      return file.position;
    });
    expect(bytes).toBe(8);
    expect(readFileSync(path, 'utf8')).toBe('7 photos');
  });

  it('leaves no file when the content cannot be had', async () => {
    const path = join(tempDir('atomic'), 'a.txt');
    const gone = () => Promise.reject(new Error('gone'));
    await expect(writeFileAtomicWith(path, gone)).rejects.toThrow('cannot write a.txt: gone');
    expect(readdirSync(dirname(path))).toEqual([]);
  });
});
