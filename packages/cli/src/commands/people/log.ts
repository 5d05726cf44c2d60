import { cacheAt, type DecisionLogResult, decisionLog } from '@face-sets/pipeline';
import type { Command } from 'commander';
import { shown } from '../../events.js';
import type { CommonOptions } from '../../options.js';
import { peopleSubcommand } from '../../people-options.js';
import { printResult } from '../../result.js';

/** `face-sets people log OUT`. */
export function logCommand(): Command {
  return peopleSubcommand('log', 'list what was decided, when and by whom').action(
    async (out: string, options: CommonOptions, self: Command) => {
      const result = await decisionLog(cacheAt(out), shown(options, self));
      printResult(result, logLines(result), options);
    },
  );
}

function logLines({ decisions }: DecisionLogResult): string[] {
  if (decisions.length === 0) return ['Nothing was decided yet'];
  const width = Math.max(...decisions.map(({ id }) => id.length));
  return decisions.map(
    ({ id, at, by, text, inForce }) =>
      `${id.padEnd(width)}  ${at}  ${by}  ${text}${inForce ? '' : ' (taken back)'}`,
  );
}
