import { statSync } from 'node:fs';
import { join } from 'node:path';
import { cacheAt } from '@face-sets/pipeline';
import { InvalidArgumentError } from 'commander';
import { UsageError } from './failure.js';

/** The default file name of a cache in a folder. */
const USUAL_NAME = 'faces.npz';

/**
 * The path of a cache as it was given on the command line, with `.npz` where that was left out: `faces` and `faces.npz` are
 * the same cache to every command, as they are to `numpy.savez`. A file that is there is taken by the name it has; the OUT of a
 * run, and an output that was made from a cache, stand for their cache.
 *
 * @throws InvalidArgumentError for an empty name and for any other folder, which says what to give instead
 */
export function cacheName(text: string): string {
  if (text === '') throw new InvalidArgumentError('expected the name of a face cache (.npz), found nothing.');
  if (/\.npz$/i.test(text)) return text;
  if (!statSync(text, { throwIfNoEntry: false })?.isDirectory() && !/[\\/]$/.test(text)) return cacheAt(text);
  try {
    return cacheAt(text);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_PIPELINE') throw error;
    throw new InvalidArgumentError(
      `${text} is a folder, expected a face cache (.npz) or the OUT of run; name a file in it: ${join(text, USUAL_NAME)}.`,
    );
  }
}

/**
 * {@link cacheName} for one of several paths that are one argument of a command.
 *
 * @throws UsageError as `cacheName` throws
 */
export function cacheArgument(text: string): string {
  try {
    return cacheName(text);
  } catch (error) {
    throw new UsageError((error as Error).message.replace(/\.$/, ''));
  }
}
