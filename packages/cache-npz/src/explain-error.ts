import { isSystemError, reasonText } from '@face-sets/files';
import { CacheIoError } from './errors.js';

/**
 * Turns a system error into a CacheIoError in words; others pass.
 *
 * @param what what could not be done, on which file
 * @param advice what to do
 * @param work what may fail
 */
export async function explaining<T>(what: string, advice: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CacheIoError || !isSystemError(error)) throw error;
    throw new CacheIoError(`${what}: ${reasonText(error)}; ${advice}`, error);
  }
}
