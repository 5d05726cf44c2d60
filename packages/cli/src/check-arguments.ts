import { stat } from 'node:fs/promises';
import { pathToFs } from '@face-sets/cache-npz';
import { Failure, UsageError } from './failure.js';

/**
 * Refuses the name of a cache to be written that NumPy would not take for one; also what is most likely a folder of
 * photos, given where the cache belongs.
 *
 * @throws UsageError
 */
export function requireCacheName(path: string): void {
  if (/\.npz$/i.test(path)) return;
  throw new UsageError(
    `${path} cannot be a cache: its name must end in .npz, for example ${path.replace(/[\\/]+$/, '')}.npz`,
  );
}

/**
 * Refuses a cache to be read that is not there. Call it before models are opened, which may mean a download.
 *
 * @throws Failure
 */
export async function requireCache(path: string): Promise<void> {
  const found = await kindOf(path);
  // A cache whose first run was cut short is a journal only.
  if (found === 'file' || (found === null && (await kindOf(`${path}.journal`)) === 'file')) return;
  const name = `${path}.npz`;
  const instead =
    (await kindOf(name)) === 'file' ? `did you mean ${name}?` : 'make one with "face-sets embed"';
  throw new Failure(`there is no face cache at ${path}${found ? `, which is a ${found}` : ''}; ${instead}`);
}

/**
 * Refuses sources of photos that are not there. Call it before models are opened.
 *
 * @throws Failure
 */
export async function requireSources(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if ((await kindOf(path)) === null) throw new Failure(`source not found: ${path}`);
  }
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'special file' | null> {
  try {
    const found = await stat(pathToFs(path));
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'special file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
