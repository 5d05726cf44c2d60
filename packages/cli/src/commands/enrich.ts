import { count, type EnrichOptions, type EnrichResult, enrich, FLUSH_EVERY } from '@face-sets/pipeline';
import { Command } from 'commander';
import { cacheName } from '../cache-name.js';
import { shown } from '../events.js';
import { addCommonOptions, addModelOptions, type CommonOptions } from '../options.js';
import { wholeNumber } from '../parse-values.js';
import { capped, printResult } from '../result.js';

/** `face-sets enrich CACHE`. */
export function enrichCommand(): Command {
  const command = new Command('enrich')
    .argument('<cache>', 'face cache (.npz)', cacheName)
    .option(
      '--concurrency <n>',
      'photos processed at the same time (default: twice the number of workers)',
      wholeNumber(1),
    )
    .option(
      '--flush-every <n>',
      'photos between two journal writes; a crash loses at most this many',
      wholeNumber(1),
      FLUSH_EVERY,
    );
  return addCommonOptions(addModelOptions(command)).action(
    async (cache: string, options: EnrichOptions & CommonOptions) => {
      const result = await enrich(cache, shown(options));
      printResult(result, enrichLines(result), options);
      if (result.interrupted) process.exitCode = 130;
    },
  );
}

/** The result for people. */
function enrichLines(result: EnrichResult): string[] {
  const lines = [
    `${result.cache}: ${count(result.enriched, 'face')} enriched now, ${result.alreadyEnriched} had landmarks already`,
  ];
  if (result.failures.length > 0) {
    lines.push('Photos that could not be opened (tried again next time):');
    lines.push(...capped(result.failures.map(({ path, message }) => `  ${path}: ${message}`)));
  }
  return lines;
}
