import type { DecideResult } from '@face-sets/pipeline';
import type { Command } from 'commander';
import type { shown } from '../../events.js';
import type { CommonOptions } from '../../options.js';
import { PERSON_HELP, peopleSubcommand, printDecision } from '../../people-options.js';

/** A decision about a person and faces. */
type Decide = (
  cache: string,
  person: string,
  faces: string[],
  options: ReturnType<typeof shown>,
) => Promise<DecideResult>;

/** A sub-command of `people` that decides something about a person and faces. */
export function personAndFaces(name: string, description: string, decide: Decide): Command {
  return peopleSubcommand(name, description)
    .argument('<person>', PERSON_HELP)
    .argument('<face...>', 'photos with one face, or face names (people show lists them)')
    .action((out: string, person: string, faces: string[], options: CommonOptions, self: Command) =>
      printDecision(out, options, self, (cache, step) => decide(cache, person, faces, step)),
    );
}
