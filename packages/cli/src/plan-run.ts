import { readFaceCache } from '@face-sets/cache-npz';
import { type ListPhotosOptions, listPhotos } from '@face-sets/photos';
import { costLine, type DiskCost, type DiskCostOptions, diskCost } from './disk-cost.js';
import { count } from './result.js';
import { runLayout } from './run-folder.js';

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
  options: DiskCostOptions & Pick<ListPhotosOptions, 'exclude' | 'shard'>,
): Promise<RunPlan> {
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
    cost: await diskCost(photos, out, first, options),
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

/** The plan for people. */
export function planLines({ out, listed, toOpen, cost }: RunPlan): string[] {
  return [
    `Dry run: nothing is written to ${out}, and no model is loaded.`,
    `Photos    ${count(listed, 'file')}, ${toOpen.toLocaleString('en')} of them not in the cache yet`,
    costLine(cost),
  ];
}
