import { namePerson } from '@face-sets/pipeline';
import type { Command } from 'commander';
import { UsageError } from '../../failure.js';
import type { CommonOptions } from '../../options.js';
import { PERSON_HELP, peopleSubcommand, printDecision } from '../../people-options.js';

interface NameCommandOptions extends CommonOptions {
  note?: string;
  birthday?: string;
  remove?: boolean;
}

/** `face-sets people name OUT PERSON [NAME]`. */
export function nameCommand(): Command {
  return peopleSubcommand('name', 'name a person, or note something about them')
    .argument('<person>', PERSON_HELP)
    .argument('[name]', 'what the person is called')
    .option('--note <text>', 'anything worth remembering about the person')
    .option('--birthday <date>', 'date of birth, such as 1999-12-31')
    .option('--remove', 'take the name away')
    .action(
      (out: string, person: string, name: string | undefined, options: NameCommandOptions, self: Command) => {
        if (options.remove && name !== undefined) throw new UsageError('give a name, or --remove, not both');
        const said = [name, options.note, options.birthday, options.remove];
        if (said.every((value) => value === undefined)) {
          throw new UsageError('give a name, --note, --birthday or --remove');
        }
        return printDecision(
          out,
          options,
          self,
          (cache, { note, birthday, ...step }) =>
            namePerson(cache, person, { ...step, name: options.remove ? null : name, note, birthday }),
          ({ person: number, sameName }) =>
            sameName.length === 0
              ? []
              : [
                  `${sameName.join(' and ')} ${sameName.length === 1 ? 'has' : 'have'} that name too; if they are one person: face-sets people same ${out} ${[number, ...sameName].join(' ')}`,
                ],
        );
      },
    );
}
