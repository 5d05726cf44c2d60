import { CLEAN_SIMILARITY, type CleanResult, cleanFacesets } from '@face-sets/outputs';
import { type CollectionOptions, cacheOfCollection, tellRecovered } from '../shared/collection-cache.js';
import { inStage, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { openFinder } from '../shared/open-finder.js';
import type { ModelOptions } from '../shared/options.js';
import { cacheFile } from '../shared/read-cache.js';

/** Options of {@link clean}. */
export interface CleanOptions extends StepOptions, ModelOptions, CollectionOptions {
  /** Cosine similarity above which faces of a faceset are near-duplicates. @default 0.95 */
  similarity?: number;
  /** Look for second faces in the crops too. @default true */
  audit?: boolean;
  /** Move what was found to `faces/_dropped/`, and rebuild bundles and manifests. Default false. */
  apply?: boolean;
}

/** Finds duplicates and second faces in the facesets of an output, and removes them with `apply`. */
export async function clean(out: string, options: CleanOptions = {}): Promise<CleanResult> {
  const { cachePath, formats } = await cacheOfCollection(out, options);
  const { cache, finder } = await openFinder(cachePath, { ...options, formats });
  const { similarity = CLEAN_SIMILARITY, audit = true, apply } = options;
  return inStage(options, 'Cleaning', 'faces', async (stage) => {
    const result = await cleanFacesets({
      out,
      cache,
      cacheFile: await cacheFile(cachePath),
      signal: options.signal,
      finder,
      similarity,
      audit,
      apply,
      onAudited: (crops, total) => stage.update(crops, total),
      onProgress: stage.onFaces,
      onRecovered: tellRecovered(options),
    });
    return { result, summary: `Found ${count(result.findings.length, 'face')} to remove` };
  });
}
