import { basename, dirname, join, resolve } from 'node:path';
import { isNotFound } from './file-io.js';
import type { FileSystem } from './file-system.js';

/**
 * Where a file really is or would be: a link is followed, so that replacing the file does not replace the link,
 * and so that everybody finds the same journal and lock beside it.
 */
export async function realPathOf(fs: FileSystem, path: string): Promise<string> {
  try {
    return await fs.realpath(path);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const full = resolve(path);
  try {
    return join(await fs.realpath(dirname(full)), basename(full));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // There is no such folder either; whoever opens the file will be told.
    return full;
  }
}
