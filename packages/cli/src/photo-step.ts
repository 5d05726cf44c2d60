import { FaceCacheWriter, type OpenFaceCacheOptions } from '@face-sets/cache-npz';
import type { PhotoEngine } from '@face-sets/face-embed';
import { onInterrupt } from './interrupt.js';
import { type Progress, startProgress } from './progress.js';
import { tell } from './terminal.js';

/** What a step that writes the cache from photos works with. */
export interface PhotoStep {
  cache: FaceCacheWriter;
  engine: PhotoEngine;
  progress: Progress;
  /** Aborted by the first Ctrl-C. */
  signal: AbortSignal;
}

/**
 * Opens the cache and the workers, runs a step over photos that Ctrl-C may end early, and closes everything, whatever
 * happens: what was done is folded into the cache.
 *
 * @param work returns its result and the line that stays on standard error
 */
export async function photoStep<T extends { interrupted: boolean }>(
  label: string,
  cachePath: string,
  settings: OpenFaceCacheOptions,
  startEngine: () => PhotoEngine,
  options: { quiet?: boolean },
  work: (step: PhotoStep) => Promise<{ result: T; line: string }>,
): Promise<T> {
  const quiet = options.quiet ?? false;
  // Before the cache is locked: a signal in between would leave the lock.
  const interrupt = onInterrupt('Finishing the photos in hand; press Ctrl-C again to stop at once.');
  try {
    const cache = await FaceCacheWriter.open(cachePath, settings);
    if (!quiet) for (const notice of cache.notices) tell(notice);
    const engine = startEngine();
    const progress = startProgress(label, 'photos', { quiet });
    try {
      const { result, line } = await work({ cache, engine, progress, signal: interrupt.signal });
      await cache.close();
      progress.finish(
        result.interrupted ? `${line}. Stopped early: run the same command again to go on.` : line,
      );
      return result;
    } catch (error) {
      progress.stop();
      await cache.close().catch(() => {});
      throw error;
    } finally {
      await engine.close();
    }
  } finally {
    interrupt.release();
  }
}
