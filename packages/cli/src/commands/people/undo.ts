import { undoDecisions } from '@face-sets/pipeline';
import type { Command } from 'commander';
import type { CommonOptions } from '../../options.js';
import { peopleSubcommand, printDecision } from '../../people-options.js';

/** `face-sets people undo OUT [ID…]`. */
export function undoDecisionsCommand(): Command {
  return peopleSubcommand('undo', 'take decisions back, as if they had never been said')
    .argument('[id...]', 'decisions, as in people log, such as d12 (default: what was decided last)')
    .action((out: string, ids: string[], options: CommonOptions, self: Command) =>
      printDecision(
        out,
        options,
        self,
        (cache, step) => undoDecisions(cache, ids, step),
        ({ undone }) => undone.map(({ id, text }) => `  taken back: ${id}: ${text}`),
      ),
    );
}
