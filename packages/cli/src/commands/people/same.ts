import { samePeople } from '@face-sets/pipeline';
import type { Command } from 'commander';
import type { CommonOptions } from '../../options.js';
import { PERSON_HELP, peopleSubcommand, printDecision } from '../../people-options.js';

/** `face-sets people same OUT PERSON PERSON…`. */
export function sameCommand(): Command {
  return peopleSubcommand('same', 'people are one person; the one with a name stays, else the lowest number')
    .argument('<person...>', `two or more people, each ${PERSON_HELP}`)
    .action((out: string, people: string[], options: CommonOptions, self: Command) =>
      printDecision(out, options, self, (cache, step) => samePeople(cache, people, step)),
    );
}
