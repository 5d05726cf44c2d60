import { type FileSystem, nodeFileSystem, type OpenFile } from '@face-sets/files';

/** A disk that counts the calls that change something, and makes chosen ones fail. */
export interface FailingDisk extends FileSystem {
  /** Calls so far that change something, by name. */
  readonly calls: string[];
}

/**
 * The real disk, except that a call that changes something fails where `failing` says so. A write that fails has
 * written half before, as on a full disk.
 *
 * @param failing gets the call's number and name (`open`, `write`, `sync`, `truncate`, `rename`, `unlink`) and
 *   returns the code it fails with, or `null`
 */
export function failingDisk(failing: (call: number, name: string) => string | null): FailingDisk {
  const calls: string[] = [];
  const check = (name: string, path: string) => {
    calls.push(name);
    const code = failing(calls.length - 1, name);
    if (code !== null) throw Object.assign(new Error(`${code}: ${name} '${path}'`), { code });
  };
  return {
    ...nodeFileSystem,
    calls,
    realpath: nodeFileSystem.realpath,
    stat: nodeFileSystem.stat,
    async open(path, flags, mode) {
      if (flags !== 'r') check('open', path);
      return wrap(await nodeFileSystem.open(path, flags, mode), path, check);
    },
    async rename(from, to) {
      check('rename', to);
      await nodeFileSystem.rename(from, to);
    },
    async unlink(path) {
      check('unlink', path);
      await nodeFileSystem.unlink(path);
    },
  };
}

function wrap(file: OpenFile, path: string, check: (name: string, path: string) => void): OpenFile {
  return {
    read: (...args) => file.read(...args),
    stat: () => file.stat(),
    close: () => file.close(),
    async write(buffer, offset, length, position) {
      try {
        check('write', path);
      } catch (error) {
        await file.write(buffer, offset, length >> 1, position);
        throw error;
      }
      return file.write(buffer, offset, length, position);
    },
    async truncate(length) {
      check('truncate', path);
      await file.truncate(length);
    },
    async sync() {
      check('sync', path);
      await file.sync();
    },
  };
}
