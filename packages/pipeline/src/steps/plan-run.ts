import { readFaceCache } from '@face-sets/cache-npz';
import { listPhotos, requireSources } from '@face-sets/photos';
import { type DiskCost, diskCost } from '../shared/disk-cost.js';
import { runLayout } from '../shared/run-folder.js';
import { costOptions, type RunOptions } from './run.js';

/** What a run would do. */
export interface RunPlan {
  out: string;
  dryRun: true;
  /** Photos below the sources. */
  listed: number;
  /** Of these, photos that the cache does not have by path, size and time of change: they would be opened. */
  toOpen: number;
  cost: DiskCost;
}

/** Finds out what a run would do, and changes nothing. */
export async function planRun(
  sources: readonly string[],
  out: string,
  options: Pick<RunOptions, 'link' | 'outSize' | 'report' | 'exclude' | 'shard'> = {},
): Promise<RunPlan> {
  await requireSources(sources);
  const known = await knownPhotos(runLayout(out).cache);
  const photos = { photos: 0, bytes: 0 };
  let toOpen = 0;
  let first: string | undefined;
  for await (const { path, size } of listPhotos(sources, options)) {
    first ??= path;
    photos.photos++;
    photos.bytes += size;
    if (!known.has(path)) toOpen++;
  }
  return {
    out,
    dryRun: true,
    listed: photos.photos,
    toOpen,
    cost: await diskCost(photos, out, first, costOptions(options)),
  };
}

async function knownPhotos(cachePath: string): Promise<Set<string>> {
  try {
    const { images } = await readFaceCache(cachePath, { members: [] });
    return new Set(
      images
        .filter(({ superseded }) => !superseded)
        .flatMap(({ path, pathAliases }) => [path, ...pathAliases]),
    );
  } catch {
    // No cache yet, or none that a run could go on with; the run says so.
    return new Set();
  }
}
