import { ignorePeople } from '@face-sets/pipeline';
import type { Command } from 'commander';
import type { CommonOptions } from '../../options.js';
import { peopleSubcommand, printDecision } from '../../people-options.js';

/** `face-sets people ignore OUT WHO…`. */
export function ignoreCommand(): Command {
  return peopleSubcommand(
    'ignore',
    'people or faces are of no interest (strangers, statues, posters): leave them out of every output',
  )
    .argument('<who...>', 'people by number or name; faces by a photo with one face, or by face name')
    .action((out: string, who: string[], options: CommonOptions, self: Command) =>
      printDecision(out, options, self, (cache, step) => ignorePeople(cache, who, step)),
    );
}
