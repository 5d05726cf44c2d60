import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LibraryOptions, ToyLibrary } from '@face-sets/toy';
import { toyCache } from './toy-cache.js';

/**
 * The drawn photo library with the truth about every photo, drawn on first use and kept in the system's temporary
 * folder. Tests share it: copy what you want to change.
 *
 * @param size `full` (default): eight people in 18 photos or more, two visitors, groups, copies and faulty files;
 *   `small`: three people in 6 photos each, two groups, an empty scene, a copy and a file that is not a photo.
 */
export async function toyLibrary(size: LibraryOptions['size'] = 'full'): Promise<ToyLibrary> {
  const dir = await toyCache(`library-${size}`, async (work) => {
    // Loaded when it is needed, so that tests without pictures do not load sharp.
    const { drawLibrary } = await import('@face-sets/toy');
    const library = await drawLibrary(join(work, 'photos'), { size });
    await writeFile(join(work, 'truth.json'), JSON.stringify(library));
  });
  const truth = JSON.parse(await readFile(join(dir, 'truth.json'), 'utf8')) as ToyLibrary;
  return { ...truth, dir: join(dir, 'photos') };
}
