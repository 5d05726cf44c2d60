import { NpyFormatError, NpzFormatError } from '../npz-errors.js';

/**
 * Puts the file's path before the message of a format error; others pass.
 *
 * @param path the file that `work` reads
 * @param work what may fail
 */
export async function namingFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NpzFormatError) throw new NpzFormatError(`${path}: ${error.message}`);
    if (error instanceof NpyFormatError) throw new NpyFormatError(`${path}: ${error.message}`);
    throw error;
  }
}
