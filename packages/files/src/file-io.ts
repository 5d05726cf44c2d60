import { dirname } from 'node:path';
import type { FileSystem, OpenFile } from './file-system.js';

/** Fills `target` from a place in a file; returns how many bytes there were before the file ended. */
export async function readFully(file: OpenFile, target: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < target.length) {
    const { bytesRead } = await file.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** Writes all of `bytes` at a place in a file. */
export async function writeFully(file: OpenFile, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Removes a file if it is there. */
export async function removeIfThere(fs: FileSystem, path: string): Promise<void> {
  try {
    await fs.unlink(path);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Whether an error says that there is no such file. */
export function isNotFound(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}

/** Codes with which systems say that a folder cannot be synced at all (Windows, some network file systems). */
const NO_FOLDER_SYNC = new Set(['EISDIR', 'EPERM', 'EINVAL', 'ENOTSUP', 'EBADF', 'ENOSYS']);

/** Makes a new or renamed name in a file's folder durable, where the system can. */
export async function syncFolderOf(fs: FileSystem, path: string): Promise<void> {
  let folder: OpenFile | undefined;
  try {
    folder = await fs.open(dirname(path), 'r');
    await folder.sync();
  } catch (error) {
    if (!NO_FOLDER_SYNC.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    await folder?.close();
  }
}
