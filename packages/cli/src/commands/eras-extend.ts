import { extendFacesetEras } from '@face-sets/outputs';
import { Command } from 'commander';
import { addErasOptions, type ErasOptions, erasLines, erasStep } from '../eras-options.js';
import { count, printResult } from '../result.js';

/** `face-sets eras extend CACHE FACESET`. */
export function erasExtendCommand(): Command {
  const command = new Command('extend').description(
    'sort new faces of a person into the eras that there are, and move no other; what is not given is as in the split',
  );
  return addErasOptions(command).action(
    async (cache: string, faceset: string, options: ErasOptions, self: Command) => {
      const given = (name: string) => self.getOptionValueSource(name) === 'cli';
      const { report, result } = await erasStep(cache, faceset, options, given, extendFacesetEras);
      const added = { added: result.added, ...report };
      printResult(added, [`${count(result.added, 'new face')}`, ...erasLines(report)], options);
    },
  );
}
