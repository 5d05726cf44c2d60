import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OutputFolderError } from './file-errors.js';
import { pathToFs } from './file-path.js';
import { errorCode } from './system-error.js';

/** Whether every part of the relative path is a folder itself, not a symbolic link to one. */
export async function isRealPath(root: string, relative: string): Promise<boolean> {
  let at = root;
  for (const part of relative.split('/')) {
    at = join(at, part);
    if (!(await entryAt(at))?.isDirectory()) return false;
  }
  return true;
}

/** Whether there is a regular file below the root, and no symbolic link on the way to it. */
export async function isRealFile(root: string, relative: string): Promise<boolean> {
  const parent = dirname(relative);
  if (parent !== '.' && !(await isRealPath(root, parent))) return false;
  return (await entryAt(join(root, relative)))?.isFile() ?? false;
}

/**
 * Makes a folder below another one (0700), with those above it, where they are not there yet. Everything of ours that is
 * written below an output's own folder goes through this: an output may come from somebody else, and a symbolic link in it
 * would lead to the user's files.
 *
 * @param root Must be there; it may be reached through a link, since the user has named it.
 * @param relative With `/`; `.` for the root itself.
 * @returns The path of the folder.
 * @throws OutputFolderError where something else than a folder is in the place of any of them.
 */
export async function makeRealFolder(root: string, relative: string): Promise<string> {
  let at = root;
  for (const part of relative === '.' ? [] : relative.split('/')) {
    at = join(at, part);
    await mkdir(pathToFs(at), { mode: 0o700 }).catch((error) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
    await requireRealFolder(at);
  }
  return at;
}

/**
 * Makes sure that a path is a folder itself.
 *
 * @throws OutputFolderError where it is a symbolic link or a file; nothing is thrown where there is nothing.
 */
export async function requireRealFolder(path: string): Promise<void> {
  const info = await entryAt(path);
  if (!info || info.isDirectory()) return;
  if (info.isSymbolicLink()) {
    throw new OutputFolderError(
      `${path} is a symbolic link, and nothing is written or removed through links: replace it with the folder itself, or remove it`,
    );
  }
  throw new OutputFolderError(`${path} is a file, expected a folder: move it away`);
}

async function entryAt(path: string) {
  return lstat(pathToFs(path)).catch((error) => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return null;
    throw error;
  });
}
