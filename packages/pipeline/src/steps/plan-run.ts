import { readFaceCache } from '@face-sets/cache-npz';
import { listPhotos, requireSources } from '@face-sets/photos';
import { rememberedRun } from '../collection/run-settings.js';
import { requireWritable } from '../shared/check-arguments.js';
import { inStage, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { type DiskCost, diskCost } from '../shared/disk-cost.js';
import { runLayout } from '../shared/locate/run-folder.js';
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

/** Options of {@link planRun}: those of a run that change its cost. */
export interface PlanOptions
  extends StepOptions,
    Pick<RunOptions, 'link' | 'outSize' | 'report' | 'exclude' | 'includeHidden' | 'shard'> {}

/** Reports what a run would do, but changes nothing. */
export async function planRun(
  sources: readonly string[],
  out: string,
  given: PlanOptions = {},
): Promise<RunPlan> {
  const { cache } = runLayout(out);
  await requireWritable(out);
  const { sources: folders, options } = await rememberedRun(cache, sources, given);
  await requireSources(folders);
  return inStage(options, 'Listing', 'photos', async (stage) => {
    const known = await knownPhotos(cache);
    const photos = { photos: 0, bytes: 0 };
    let toOpen = 0;
    let first: string | undefined;
    for await (const { path, size } of listPhotos(folders, options)) {
      options.signal?.throwIfAborted();
      first ??= path;
      photos.photos++;
      photos.bytes += size;
      if (!known.has(path)) toOpen++;
      stage.update(photos.photos, 0, 'found so far');
    }
    const cost = await diskCost(photos, out, first, costOptions(options));
    const result: RunPlan = { out, dryRun: true, listed: photos.photos, toOpen, cost };
    return { result, summary: `Listed ${count(photos.photos, 'photo')}` };
  });
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
