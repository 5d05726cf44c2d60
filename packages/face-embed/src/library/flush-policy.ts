import type { FaceCacheWriter } from '@face-sets/cache-npz';

export interface FlushOptions {
  /** Photos between two flushes of the journal. Default 50. */
  flushEvery?: number;
  /** Seconds between two flushes of the journal. Default 10. */
  flushSeconds?: number;
}

/**
 * Flushes the cache's journal after every `flushEvery` photos or `flushSeconds` seconds, whichever comes first:
 * the bound on the work that a crash can lose.
 */
export function flushPolicy(cache: FaceCacheWriter, options: FlushOptions): { photoDone(): Promise<void> } {
  const every = options.flushEvery ?? 50;
  const milliseconds = (options.flushSeconds ?? 10) * 1000;
  let photos = 0;
  let last = Date.now();
  return {
    async photoDone() {
      photos++;
      if (photos < every && Date.now() - last < milliseconds) return;
      await cache.flush();
      photos = 0;
      last = Date.now();
    },
  };
}
