import { stat } from 'node:fs/promises';
import { pathToFs } from './file-path.js';
import { fileSha256 } from './file-sha256.js';
import { errorCode, errorText } from './system-error.js';

/** What the cache knows of a photo's content. */
export interface RecordedContent {
  /** Lower-case hexadecimal SHA-256 of the file. */
  sha256: string;
  /** Bytes. */
  size?: number;
  /** Milliseconds since the epoch. */
  mtime?: number;
}

/** Whether a photo still has the content in which its faces were found. */
export type SourceState =
  | { state: 'same'; size: number; mtime: number; mode: number; dev: number; ino: number }
  | { state: 'missing' | 'changed' | 'unreadable'; message: string };

/**
 * Compares a photo on disk with its record. The same size and modification time are taken as unchanged, as
 * `rsync` and `make` do; otherwise its content decides, so a copied or touched photo is still the same.
 * Without a record every readable file is the same.
 */
export async function sourceState(path: string, recorded?: RecordedContent): Promise<SourceState> {
  try {
    const info = await stat(pathToFs(path));
    if (!info.isFile()) return { state: 'unreadable', message: `${path} is not a file` };
    const same: SourceState = {
      state: 'same',
      size: info.size,
      mtime: info.mtimeMs,
      mode: info.mode & 0o777,
      dev: info.dev,
      ino: info.ino,
    };
    if (!recorded) return same;
    if (recorded.size !== undefined && recorded.size !== info.size) {
      return changed(path, `${info.size} bytes, ${recorded.size} when its faces were found`);
    }
    const sameTime = recorded.mtime !== undefined && Math.abs(recorded.mtime - info.mtimeMs) < 2;
    if (recorded.size !== undefined && sameTime) return same;
    if ((await fileSha256(path)) === recorded.sha256) return same;
    return changed(path, 'its content is not the one that its faces were found in');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') {
      return { state: 'missing', message: `${path} is no longer there` };
    }
    return { state: 'unreadable', message: `${path} cannot be read: ${errorText(error)}` };
  }
}

function changed(path: string, how: string): SourceState {
  return { state: 'changed', message: `${path} has changed: ${how}; embed the photo again` };
}

/** Whether there is nothing at the path. */
export async function isMissing(path: string): Promise<boolean> {
  return (await sourceState(path)).state === 'missing';
}
