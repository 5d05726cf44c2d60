import { count, type ErasOptions, extendEras } from '@face-sets/pipeline';
import { Command } from 'commander';
import { addErasOptions, erasLines } from '../eras-options.js';
import { shown } from '../events.js';
import type { CommonOptions } from '../options.js';
import { printResult } from '../result.js';

/** `face-sets eras extend CACHE FACESET`. */
export function erasExtendCommand(): Command {
  const command = new Command('extend').description(
    'add new faces to existing eras without moving others; options default to those of the split',
  );
  return addErasOptions(command).action(
    async (cache: string, faceset: string, options: ErasOptions & CommonOptions, self: Command) => {
      const result = await extendEras(cache, faceset, shown(options, self));
      printResult(result, [`${count(result.added, 'new face')}`, ...erasLines(result)], options);
    },
  );
}
