import { type ErasOptions, splitEras } from '@face-sets/pipeline';
import { Command } from 'commander';
import { addErasOptions, erasLines } from '../eras-options.js';
import { shown } from '../events.js';
import type { CommonOptions } from '../options.js';
import { printResult } from '../result.js';

/** `face-sets eras split CACHE FACESET`. */
export function erasSplitCommand(): Command {
  const command = new Command('split').description(
    'split a person by age: one faceset per era, next to the original',
  );
  return addErasOptions(command).action(
    async (cache: string, faceset: string, options: ErasOptions & CommonOptions, self: Command) => {
      const report = await splitEras(cache, faceset, shown(options, self));
      printResult(report, erasLines(report), options);
    },
  );
}
