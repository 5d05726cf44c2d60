import { type MergeSummary, mergeFaceCaches } from '@face-sets/cache-npz';
import { TOOL } from '../shared/version.js';

/**
 * Unites caches, such as the shards of a library, into a new one.
 *
 * @throws CacheExistsError where there is something at `out`, CacheModelMismatchError where models differ
 */
export function merge(caches: readonly string[], out: string): Promise<MergeSummary> {
  return mergeFaceCaches([...caches], out, TOOL);
}
