import { differentPeople } from '@face-sets/pipeline';
import type { Command } from 'commander';
import type { CommonOptions } from '../../options.js';
import { PERSON_HELP, peopleSubcommand, printDecision } from '../../people-options.js';

/** `face-sets people different OUT PERSON PERSON…`. */
export function differentCommand(): Command {
  return peopleSubcommand('different', 'people are different, whatever their faces look like')
    .argument('<person...>', `two or more people, each ${PERSON_HELP}`)
    .action((out: string, people: string[], options: CommonOptions, self: Command) =>
      printDecision(out, options, self, (cache, step) => differentPeople(cache, people, step)),
    );
}
