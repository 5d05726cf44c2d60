import { chmod, constants, copyFile, link, stat, utimes } from 'node:fs/promises';
import { errorCode, pathToFs } from '@face-sets/files';
import { isSameTime, treeEntry } from './file-tree.js';

/**
 * Gives a file a second name, or makes a copy with the same mode and time where that cannot be. A file whose mode or time
 * is another one is copied, too: whoever else has a name for it is not to see it changed.
 */
export async function linkOrCopy(
  from: string,
  to: string,
  { mode, mtime }: { mode: number; mtime: string },
): Promise<void> {
  try {
    const now = await treeEntry(from);
    if (now?.type === 'file' && (now.mode !== mode || !isSameTime(now, { mtime })))
      throw new OtherAttributes();
    await link(pathToFs(from), pathToFs(to));
  } catch (error) {
    const code = errorCode(error);
    const known = error instanceof OtherAttributes || (code !== undefined && !NOT_BY_COPYING.has(code));
    if (!known) throw error;
    await copyFile(pathToFs(from), pathToFs(to), constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    await chmod(pathToFs(to), mode);
    await setTime(to, mtime);
  }
}

/** A file is not to be linked, since it would have to be changed. */
class OtherAttributes extends Error {}

/** Errors that a copy would meet as well. */
const NOT_BY_COPYING: ReadonlySet<string> = new Set(['ENOENT', 'ENOSPC', 'EEXIST']);

/** Sets the time of change of a file, to the microsecond. */
async function setTime(path: string, mtime: string): Promise<void> {
  const { atimeMs } = await stat(pathToFs(path));
  // A time as a floating-point number is cut off, so it has to be a little more.
  await utimes(pathToFs(path), atimeMs / 1000, (Number(BigInt(mtime) / 1000n) + 0.5) / 1e6);
}
