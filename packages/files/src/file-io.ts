import { type FileSystem, nodeFileSystem, type OpenFile } from './file-system.js';
import { errorCode } from './system-error.js';

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
  return errorCode(error) === 'ENOENT';
}

/** Codes with which systems say that a folder cannot be synced at all (Windows, some network file systems). */
const NO_FOLDER_SYNC = new Set(['EISDIR', 'EPERM', 'EINVAL', 'ENOTSUP', 'EBADF', 'ENOSYS']);

/** Makes new, renamed and removed names in a folder durable, where the system can. */
export async function syncFolder(folder: string, fs: FileSystem = nodeFileSystem): Promise<void> {
  let file: OpenFile | undefined;
  try {
    file = await fs.open(folder, 'r');
    await file.sync();
  } catch (error) {
    if (!NO_FOLDER_SYNC.has(errorCode(error) ?? '')) throw error;
  } finally {
    await file?.close();
  }
}
