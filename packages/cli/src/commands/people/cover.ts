import { coverPerson } from '@face-sets/pipeline';
import type { Command } from 'commander';
import type { CommonOptions } from '../../options.js';
import { PERSON_HELP, peopleSubcommand, printDecision } from '../../people-options.js';

/** `face-sets people cover OUT PERSON FACE`. */
export function coverCommand(): Command {
  return peopleSubcommand('cover', 'choose the face that shows a person')
    .argument('<person>', PERSON_HELP)
    .argument('<face>', 'a photo of the person, or a face name')
    .action((out: string, person: string, face: string, options: CommonOptions, self: Command) =>
      printDecision(out, options, self, (cache, step) => coverPerson(cache, person, face, step)),
    );
}
