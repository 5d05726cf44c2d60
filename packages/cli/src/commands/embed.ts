import {
  count,
  EMBED_DEFAULTS,
  type EmbedOptions,
  type EmbedResult,
  embed,
  parseShard,
  type Shard,
} from '@face-sets/pipeline';
import { Command, InvalidArgumentError, Option } from 'commander';
import { cacheArgument } from '../cache-name.js';
import { shown } from '../events.js';
import { UsageError } from '../failure.js';
import { leftOutLines, missingLines, nothingFoundLines, photoCounts } from '../listing-lines.js';
import { addCommonOptions, addModelOptions, addPhotoWorkOptions, type CommonOptions } from '../options.js';
import { wholeNumber } from '../parse-values.js';
import { capped, printResult } from '../result.js';

/** `face-sets embed SRC… CACHE`. */
export function embedCommand(): Command {
  const command = new Command('embed')
    .usage('[options] <src...> <cache>')
    .argument('<paths...>', 'photo folders, then the cache file')
    .option('--shard <i/n>', 'process only the i-th of n shares of the photos; see merge', shardOption);
  return addCommonOptions(addModelOptions(addEmbedOptions(command))).action(
    async (paths: string[], options: EmbedOptions & CommonOptions, self: Command) => {
      if (paths.length < 2)
        throw new UsageError('embed takes at least one source, then the cache: SRC… CACHE');
      const sources = paths.slice(0, -1);
      const result = await embed(sources, cacheArgument(paths.at(-1)!), shown(options, self));
      printResult(result, embedLines(result, sources, options), options);
      if (result.interrupted) process.exitCode = 130;
    },
  );
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
  command
    .option(
      '--exclude <glob>',
      'skip paths that match, relative to their source; repeatable',
      (glob: string, before: string[] = []) => [...before, glob],
    )
    .option(
      '--include-hidden',
      'include thumbnails, trash and other side files (such as @eaDir, #recycle, ._*)',
    )
    .addOption(
      new Option(
        '--missing <what>',
        'what to do with faces whose photos are gone: keep them, or remove them from the cache and the outputs',
      )
        .choices(['keep', 'remove'])
        .default(EMBED_DEFAULTS.missing),
    )
    .option('--limit <n>', 'process at most this many new photos; the next run continues', wholeNumber(0))
    .option(
      '--rotate-retry',
      'also search photos without a clear upright face at 90, 180 and 270 degrees (scans); slower if few photos have faces',
    )
    .option('--retry-failed', 'retry unchanged photos that failed before');
  return addPhotoWorkOptions(command);
}

/** The result for people. */
function embedLines(
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
