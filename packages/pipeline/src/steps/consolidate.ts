import { CONSOLIDATE_THRESHOLD, type ConsolidateResult, consolidateFacesets } from '@face-sets/outputs';
import { type CollectionOptions, cacheOfCollection, tellRecovered } from '../shared/collection-cache.js';
import { inStage, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { warnOfForeignThresholds } from '../shared/foreign-thresholds.js';
import { openFinder } from '../shared/open-finder.js';
import type { ModelOptions } from '../shared/options.js';
import { cacheFile, readCache } from '../shared/read-cache.js';

/** Options of {@link consolidate}. */
export interface ConsolidateOptions extends StepOptions, ModelOptions, CollectionOptions {
  /** Facesets whose centroids are all closer than this are one person. @default 0.4 */
  threshold?: number;
  /** Merge only these facesets, even if there are doubts. */
  only?: string[];
  /** Merge: rebuild one from all faces and move the others to `_merged/`. Default false. */
  apply?: boolean;
}

/** Finds facesets of an output that are the same person, and merges them with `apply`. */
export async function consolidate(out: string, options: ConsolidateOptions = {}): Promise<ConsolidateResult> {
  const { cachePath, formats } = await cacheOfCollection(out, options);
  const { threshold = CONSOLIDATE_THRESHOLD, only } = options;
  const input = { out, threshold, only, cacheFile: await cacheFile(cachePath) };
  if (!options.apply) {
    const cache = await readCache(cachePath, ['embedding', 'bbox', 'detScore', 'blur']);
    warnOfForeignThresholds(cache.meta.models, options, ['threshold']);
    return inStage(options, 'Comparing', 'facesets', async () => ({
      result: await consolidateFacesets({ ...input, cache }),
    }));
  }
  const { cache, finder } = await openFinder(cachePath, { ...options, formats });
  warnOfForeignThresholds(cache.meta.models, options, ['threshold']);
  return inStage(options, 'Merging', 'faces', async (stage) => {
    const result = await consolidateFacesets({
      ...input,
      signal: options.signal,
      cache,
      finder,
      onProgress: stage.onFaces,
      onRecovered: tellRecovered(options),
    });
    return { result, summary: `Merged ${count(result.merged?.length ?? 0, 'faceset')}` };
  });
}
