import { type MergeSummary, mergeFaceCaches } from '@face-sets/cache-npz';
import { inStage, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { TOOL } from '../shared/version.js';

/**
 * Merges caches, such as the shards of a library, into a new one.
 *
 * @throws CacheExistsError when `out` exists, CacheModelMismatchError where models differ
 */
export function merge(
  caches: readonly string[],
  out: string,
  options: StepOptions = {},
): Promise<MergeSummary> {
  return inStage(options, 'Merging', 'photos', async (stage) => {
    const result = await mergeFaceCaches([...caches], out, TOOL, {
      onProgress: stage.onItems,
      signal: options.signal,
    });
    return { result, summary: `Merged ${count(caches.length, 'cache')}: ${count(result.faces, 'face')}` };
  });
}
