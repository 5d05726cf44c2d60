import { count, type EnrichOptions, type EnrichResult, enrich } from '@face-sets/pipeline';
import { Command } from 'commander';
import { cacheName } from '../cache-name.js';
import { shown } from '../events.js';
import { addCommonOptions, addModelOptions, addPhotoWorkOptions, type CommonOptions } from '../options.js';
import { capped, printResult } from '../result.js';

/** `face-sets enrich CACHE`. */
export function enrichCommand(): Command {
  const command = new Command('enrich').argument('<cache>', 'face cache (.npz)', cacheName);
  return addCommonOptions(addModelOptions(addPhotoWorkOptions(command))).action(
    async (cache: string, options: EnrichOptions & CommonOptions, self: Command) => {
      const result = await enrich(cache, shown(options, self));
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
