import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CacheNotFoundError, readFaceCache } from '@face-sets/cache-npz';
import { pathToFs } from '@face-sets/files';
import { PipelineError } from './errors.js';

/**
 * Checks that the cache to be read exists. Call it before models are opened, which may mean a download.
 *
 * @throws CacheNotFoundError
 */
export async function requireCache(path: string): Promise<void> {
  const found = await kindOf(path);
  if (found === 'file' || (await isJournalOnly(path))) return;
  throw new CacheNotFoundError(
    `there is no face cache at ${path}${found ? `, which is a ${found}` : ''}: embed photos into it first`,
  );
}

/**
 * Checks that an existing cache can be read, or that a new one can be written, and creates its folder. Call
 * it before models are opened.
 *
 * @throws what `readFaceCache` throws for a file that is not a cache; PipelineError where none can be written
 */
export async function prepareCache(path: string): Promise<void> {
  if ((await kindOf(path)) !== null || (await isJournalOnly(path))) {
    await requireCache(path);
    await readFaceCache(path, { members: [] });
    return;
  }
  const folder = dirname(resolve(path));
  await requireWritable(path, folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/**
 * Checks that an output can be written, before any long work starts.
 *
 * @param output what the error speaks of
 * @param folder where it goes; it may be made, with those above it; default: `output` itself
 * @throws PipelineError that names what is in the way
 */
export async function requireWritable(output: string, folder = output): Promise<void> {
  let path = resolve(folder);
  let found = await kindOf(path);
  for (; found === null && path !== dirname(path); found = await kindOf(path)) path = dirname(path);
  if (found !== 'folder') {
    throw new PipelineError(`${output} cannot be written: ${path} is not a folder; choose another place`);
  }
  await access(pathToFs(path), constants.W_OK | constants.X_OK).catch(() => {
    throw new PipelineError(
      `${output} cannot be written: no permission to write in ${path}; change that, or choose another place`,
    );
  });
}

/** A cache whose first run was cut short is a journal only. */
async function isJournalOnly(path: string): Promise<boolean> {
  return (await kindOf(path)) === null && (await kindOf(`${path}.journal`)) === 'file';
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
