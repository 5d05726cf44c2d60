import { type FaceCacheWriter, readFaceCache } from '@face-sets/cache-npz';
import {
  type EmbedLibraryOptions,
  type EmbedSummary,
  embedLibrary,
  photosToTurn,
} from '@face-sets/face-embed';
import { parseShard, requireSources, type Shard } from '@face-sets/photos';
import { Command, InvalidArgumentError, Option } from 'commander';
import { cacheArgument } from '../cache-name.js';
import { prepareCache } from '../check-arguments.js';
import { UsageError } from '../failure.js';
import { leftOutLines, missingLines, nothingFoundLines, photoCounts } from '../listing-lines.js';
import { type OpenModels, openModels } from '../open-models.js';
import {
  addCommonOptions,
  addModelOptions,
  type CommonOptions,
  type ModelOptions,
  wholeNumber,
} from '../options.js';
import { photoStep } from '../photo-step.js';
import { capped, count, printResult } from '../result.js';

/** `face-sets embed SRC… CACHE`. */
export function embedCommand(): Command {
  const command = new Command('embed')
    .description('detect and embed every face below SRC… into CACHE (.npz); goes on where it stopped')
    .usage('[options] <src...> <cache>')
    .argument('<paths...>', 'photo folders, then the cache file')
    .option('--shard <i/n>', 'take only the i-th of n shares of the photos; see merge', shardOption);
  return addCommonOptions(addModelOptions(addEmbedOptions(command))).action(
    async (paths: string[], options: EmbedOptions) => {
      if (paths.length < 2)
        throw new UsageError('embed takes at least one source, then the cache: SRC… CACHE');
      const sources = paths.slice(0, -1);
      const result = await embedStep(paths.slice(0, -1), cacheArgument(paths.at(-1)!), options);
      printResult(result, embedLines(result, sources, options), options);
      if (result.interrupted) process.exitCode = 130;
    },
  );
}

export interface EmbedOptions extends CommonOptions, ModelOptions {
  exclude?: string[];
  includeHidden?: boolean;
  missing?: 'keep' | 'remove';
  limit?: number;
  shard?: Shard;
  rotateRetry?: boolean;
  retryFailed?: boolean;
  concurrency?: number;
  flushEvery: number;
}

function shardOption(text: string): Shard {
  try {
    return parseShard(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** Options of this step, shared with `run`. */
export function addEmbedOptions(command: Command): Command {
  return command
    .option(
      '--exclude <glob>',
      'leave out paths that match, relative to their source; may be given several times',
      (glob: string, before: string[] = []) => [...before, glob],
    )
    .option(
      '--include-hidden',
      'take thumbnails, trash and other side files too (such as @eaDir, #recycle, ._*)',
    )
    .addOption(
      new Option(
        '--missing <what>',
        'faces of photos that are no longer there: keep them, or remove them from the cache and the outputs',
      )
        .choices(['keep', 'remove'])
        .default('keep'),
    )
    .option('--limit <n>', 'open at most n new photos; the next run goes on', wholeNumber(0))
    .option(
      '--rotate-retry',
      'search photos without a clear upright face at 90, 180 and 270 degrees too (scans); slower where faces are rare',
    )
    .option(
      '--retry-failed',
      'try photos again that could not be used before, although they have not changed',
    )
    .option('--concurrency <n>', 'photos in work at once (default: twice the workers)', wholeNumber(1))
    .option('--flush-every <n>', 'photos between two writes to the journal', wholeNumber(1), 50);
}

/** What `embed` reports. */
export interface EmbedResult extends EmbedSummary {
  /** The cache's path as given. */
  cache: string;
  /** Photos in the cache after the run, with and without faces: those that could be decoded and are still there. */
  cachedPhotos: number;
  /** Faces of these photos. */
  cachedFaces: number;
}

/** Embeds `sources` into `cachePath` with progress on standard error. */
export async function embedStep(
  sources: readonly string[],
  cachePath: string,
  options: EmbedOptions,
  opened?: OpenModels,
  onListed?: EmbedLibraryOptions['onListed'],
): Promise<EmbedResult> {
  if (!opened) {
    await requireSources(sources);
    await prepareCache(cachePath);
  }
  const models = opened ?? (await openModels(options, ['detection', 'recognition']));
  return photoStep('Embedding', cachePath, models.cacheSettings, models.pool, options, async (step) => {
    const { cache, engine, progress, signal } = step;
    const summary = await embedLibrary(sources, cache, engine, {
      exclude: options.exclude,
      includeHidden: options.includeHidden,
      missing: options.missing,
      limit: options.limit,
      shard: options.shard,
      rotateRetry: options.rotateRetry,
      retryFailed: options.retryFailed,
      searchAgain: options.rotateRetry ? await turnable(cache, cachePath) : undefined,
      concurrency: options.concurrency,
      flushEvery: options.flushEvery,
      signal,
      onListed,
      onProgress: ({ stage, done, total, faces }) =>
        stage === 'listing'
          ? progress.update(done, 0, 'found so far')
          : progress.update(done, total, count(faces, 'face')),
    });
    const result = { cache: cachePath, ...contents(cache), ...summary };
    return { result, line: `Embedded ${count(summary.embedded, 'photo')}: ${count(summary.faces, 'face')}` };
  });
}

/** Photos of the cache that were searched without `--rotate-retry` and show no clear upright face. */
async function turnable(cache: FaceCacheWriter, path: string): Promise<Set<string>> {
  if (cache.images.length === 0) return new Set();
  return photosToTurn(await readFaceCache(path, { members: ['kps', 'detScore'] }));
}

/** Photos and faces of the cache that count: not failed, and still at their path. */
function contents(cache: FaceCacheWriter): Pick<EmbedResult, 'cachedPhotos' | 'cachedFaces'> {
  let [cachedPhotos, cachedFaces] = [0, 0];
  for (const [image, { superseded, status }] of cache.images.entries()) {
    if (superseded || status === 'error') continue;
    cachedPhotos++;
    if (status === 'faces') cachedFaces += cache.facesOfImage(image).length;
  }
  return { cachedPhotos, cachedFaces };
}

/** The result for people. */
export function embedLines(
  result: EmbedResult,
  sources: readonly string[],
  { missing }: Pick<EmbedOptions, 'missing'>,
): string[] {
  const failures = [...result.failures, ...result.problems];
  return [
    ...nothingFoundLines(sources, result),
    photoCounts(result),
    `${result.cache}: ${count(result.cachedPhotos, 'photo')}, ${count(result.cachedFaces, 'face')}`,
    ...(failures.length > 0
      ? ['Could not be used:', ...capped(failures.map(({ path, message }) => `  ${path}: ${message}`))]
      : []),
    ...leftOutLines(result),
    ...missingLines(result, missing),
  ];
}
