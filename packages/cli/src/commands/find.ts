import {
  cacheAt,
  count,
  FIND_PEOPLE_DEFAULTS,
  type FindPeopleOptions,
  type FindPeopleResult,
  type FoundPerson,
  findPeople,
} from '@face-sets/pipeline';
import { Command } from 'commander';
import { shown } from '../events.js';
import { UsageError } from '../failure.js';
import { addCommonOptions, addModelOptions, type CommonOptions } from '../options.js';
import { wholeNumber } from '../parse-values.js';
import { COLLECTION_HELP } from '../people-options.js';
import { printResult } from '../result.js';

/** `face-sets find PHOTO… OUT`. */
export function findCommand(): Command {
  const command = new Command('find')
    .usage('[options] <photo...> <out>')
    .argument('<paths...>', `photos, in the cache or not, then the ${COLLECTION_HELP}`)
    .option(
      '--top <n>',
      'people and photos to list for each face; higher lists more',
      wholeNumber(1),
      FIND_PEOPLE_DEFAULTS.top,
    );
  return addCommonOptions(addModelOptions(command)).action(
    async (paths: string[], options: FindPeopleOptions & CommonOptions, self: Command) => {
      if (paths.length < 2) throw new UsageError('find takes at least one photo, then OUT: PHOTO… OUT');
      const cache = cacheAt(paths.at(-1)!);
      const result = await findPeople(paths.slice(0, -1), cache, shown(options, self));
      printResult(result, findLines(result), options);
      if (result.photos.some(({ problem }) => problem !== undefined)) process.exitCode = 1;
    },
  );
}

function findLines({ photos }: FindPeopleResult): string[] {
  return photos.flatMap(({ photo, known, problem, faces }) => [
    `${photo}: ${problem ?? (faces.length === 0 ? 'no face was found' : count(faces.length, 'face'))}${known ? '' : ' (not in the cache)'}`,
    ...faces.flatMap(faceLines),
  ]);
}

function faceLines({ face, person, name, people, photos }: FoundPerson): string[] {
  const who = person === null ? 'no one near enough' : called(person, name);
  return [
    `  ${face}: ${who}`,
    ...people.map(
      ({ number, name: named, distance }) => `    ${distance.toFixed(3)}  ${called(number, named)}`,
    ),
    ...photos.map(
      ({ photo, person: of, distance }) =>
        `    ${distance.toFixed(3)}  ${photo}${of === null ? '' : ` (person ${of})`}`,
    ),
  ];
}

function called(number: number, name: string | null): string {
  return name === null ? `person ${number}` : `${name} (${number})`;
}
