import { type MergeSummary, mergeFaceCaches } from '@face-sets/cache-npz';
import { inStage, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { TOOL } from '../shared/version.js';

/**
 * Unites caches, such as the shards of a library, into a new one.
 *
 * @throws CacheExistsError where there is something at `out`, CacheModelMismatchError where models differ
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
