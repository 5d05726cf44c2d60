import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Start of every temporary name, so that what a killed run left behind can be told from the user's files. */
export const TEMP_PREFIX = '.face-sets-tmp-';

/** A new temporary path in the same folder as `path`, hence on the same file system. */
export function tempBeside(path: string): string {
  return join(dirname(path), `${TEMP_PREFIX}${randomBytes(6).toString('hex')}`);
}

/**
 * Writes a file so that a reader, or a crash, sees either the old content or the whole new one: temporary
 * file in the same folder, fsync, rename, fsync of the folder.
 *
 * @param write Gets the open temporary file.
 * @param options.mode Permission bits; default 0600, since most of what is written here tells faces.
 */
export async function writeFileAtomicWith<T>(
  path: string,
  write: (file: FileHandle) => Promise<T>,
  options: { mode?: number } = {},
): Promise<T> {
  const temp = tempBeside(path);
  try {
    const file = await open(temp, 'wx', options.mode ?? 0o600);
    let result: T;
    try {
      result = await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temp, path);
    await syncFolder(dirname(path));
    return result;
  } catch (error) {
    await rm(temp, { force: true });
    if (error instanceof Error) error.message = `cannot write ${basename(path)}: ${error.message}`;
    throw error;
  }
}

/** {@link writeFileAtomicWith} for content at hand; an iterable is written piece by piece. */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array | Iterable<string>,
  options: { mode?: number } = {},
): Promise<void> {
  await writeFileAtomicWith(
    path,
    async (file) => {
      if (typeof content === 'string' || content instanceof Uint8Array) return file.writeFile(content);
      for (const piece of content) await file.writeFile(piece);
    },
    options,
  );
}

/** Makes a rename in the folder durable. Windows has no such call: its errors are passed over there. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
