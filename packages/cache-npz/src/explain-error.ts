import { CacheIoError, reasonOf } from './errors.js';

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
    const code = (error as NodeJS.ErrnoException | undefined)?.code;
    if (error instanceof CacheIoError || typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) throw error;
    throw new CacheIoError(`${what}: ${reasonOf(error)}; ${advice}`, error);
  }
}
