import {
  cacheAt,
  count,
  LIST_PEOPLE_DEFAULTS,
  type ListedPerson,
  type ListPeopleOptions,
  listPeople,
  PEOPLE_ORDERS,
  type PeopleList,
} from '@face-sets/pipeline';
import { type Command, Option } from 'commander';
import { shown } from '../../events.js';
import type { CommonOptions } from '../../options.js';
import { peopleSubcommand } from '../../people-options.js';
import { printResult } from '../../result.js';

/** `face-sets people list OUT`. */
export function listCommand(): Command {
  return peopleSubcommand('list', 'list everyone, with numbers, names and photos')
    .addOption(
      new Option('--sort <order>', 'by number, by name, or most photos first')
        .choices(PEOPLE_ORDERS)
        .default(LIST_PEOPLE_DEFAULTS.sort),
    )
    .action(async (out: string, options: ListPeopleOptions & CommonOptions, self: Command) => {
      const result = await listPeople(cacheAt(out), shown(options, self));
      printResult(result, listLines(result), options);
    });
}

function listLines({ people, alone, ignoredFaces }: PeopleList): string[] {
  const width = Math.max(0, ...people.map(({ name }) => name?.length ?? 0));
  const others = [
    ...(alone > 0 ? [`${count(alone, 'face')} of no one`] : []),
    ...(ignoredFaces > 0 ? [`${count(ignoredFaces, 'face')} ignored`] : []),
  ];
  return [
    ...people.map((person) => personLine(person, width)),
    [count(people.length, 'person', 'people'), ...others].join(', '),
  ];
}

function personLine({ id, name, photos, faces, ignored, merged }: ListedPerson, width: number): string {
  const also = merged.length > 0 ? `, also ${merged.join(', ')}` : '';
  const of = faces === 0 ? 'no photo any more' : `${count(photos, 'photo')}, ${count(faces, 'face')}`;
  return `${id}  ${(name ?? '').padEnd(width)}  ${of}${also}${ignored ? ' (ignored)' : ''}`;
}
