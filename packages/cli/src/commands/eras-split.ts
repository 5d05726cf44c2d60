import { splitFacesetEras } from '@face-sets/outputs';
import { Command } from 'commander';
import { addErasOptions, type ErasOptions, erasLines, erasStep } from '../eras-options.js';
import { printResult } from '../result.js';

/** `face-sets eras split CACHE FACESET`. */
export function erasSplitCommand(): Command {
  const command = new Command('split').description(
    'split a person by age: a faceset for each era, beside the one that is split',
  );
  return addErasOptions(command).action(
    async (cache: string, faceset: string, options: ErasOptions, self: Command) => {
      const given = (name: string) => self.getOptionValueSource(name) === 'cli';
      const { report } = await erasStep(cache, faceset, options, given, splitFacesetEras);
      printResult(report, erasLines(report), options);
    },
  );
}
