import type { CacheView } from '@face-sets/cache-npz';
import { sourceState } from '@face-sets/files';
import type { DuplicatesManifest } from '@face-sets/manifests';
import { numbered } from './group-id.js';

/** Files of the same bytes, as the cache knows them and as they still are. */
export async function identicalFiles(
  cache: CacheView,
  problems: DuplicatesManifest['problems'],
  signal?: AbortSignal,
): Promise<DuplicatesManifest['identical']> {
  const groups: DuplicatesManifest['identical'] = [];
  for (const image of cache.images) {
    if (image.superseded || image.pathAliases.length === 0) continue;
    signal?.throwIfAborted();
    const same = [];
    for (const path of [image.path, ...image.pathAliases]) {
      const state = await sourceState(path, image);
      if (state.state === 'same') same.push({ path, file: `${state.dev} ${state.ino}` });
      else problems.push({ source: path, message: state.message });
    }
    const [best, ...copies] = same;
    if (copies.length === 0) continue;
    const links = copies.filter(({ file }) => file === best.file).length;
    groups.push({
      id: numbered('identical', groups.length),
      sha256: image.sha256,
      bytes: image.size,
      best: best.path,
      why: `the same bytes as the others${links === copies.length ? ', which are links to it' : ''}; manifests name it as the source`,
      copies: copies.map(({ path, file }) => ({
        source: path,
        ...(file === best.file ? { same_file: true as const } : {}),
      })),
    });
  }
  return groups;
}
