import { FaceCacheWriter, type OpenFaceCacheOptions } from '@face-sets/cache-npz';
import type { PhotoEngine } from '@face-sets/face-embed';
import { notice, type Stage, type StepOptions, startStage } from './context.js';

/** What a step that writes the cache from photos works with. */
export interface CacheWork {
  cache: FaceCacheWriter;
  engine: PhotoEngine;
  stage: Stage;
}

/**
 * Opens the cache and the workers, runs a step over photos that the signal may end early, and closes everything, whatever
 * happens: what was done is folded into the cache.
 *
 * @param work returns its result and the line on it
 */
export async function withCacheWriter<T extends { interrupted: boolean }>(
  label: string,
  cachePath: string,
  settings: OpenFaceCacheOptions,
  startEngine: () => PhotoEngine,
  options: StepOptions,
  work: (step: CacheWork) => Promise<{ result: T; line: string }>,
): Promise<T> {
  // Before the cache is locked: who ends the process by a signal is told now that this stage ends in good order.
  const stage = startStage(options, label, 'photos', true);
  try {
    const cache = await FaceCacheWriter.open(cachePath, settings);
    for (const text of cache.notices) notice(options, text);
    return await withEngine(cache, startEngine, async (engine) => {
      const { result, line } = await work({ cache, engine, stage });
      await cache.close();
      stage.finish(line, result.interrupted);
      return result;
    });
  } finally {
    stage.stop();
  }
}

/** Runs the work, which closes the cache, with an engine; closes both whatever happens. */
async function withEngine<T>(
  cache: FaceCacheWriter,
  startEngine: () => PhotoEngine,
  work: (engine: PhotoEngine) => Promise<T>,
): Promise<T> {
  const engine = startEngine();
  try {
    return await work(engine);
  } catch (error) {
    await cache.close().catch(() => {});
    throw error;
  } finally {
    await engine.close();
  }
}
