import { type CollectOptions, type CollectResult, cacheAt, collectPhotos, count } from '@face-sets/pipeline';
import { Command } from 'commander';
import { shown } from '../events.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { COLLECTION_HELP, PERSON_HELP } from '../people-options.js';
import { capped, printResult } from '../result.js';
import { addLinkOption } from './cluster.js';

/** `face-sets collect PERSON OUT --to DIR`. */
export function collectCommand(): Command {
  const command = new Command('collect')
    .usage('[options] <person> <out> --to <dir>')
    .argument('<person>', PERSON_HELP)
    .argument('<out>', COLLECTION_HELP)
    .requiredOption('--to <dir>', 'folder for the photos; files in it are never overwritten');
  return addCommonOptions(addLinkOption(command)).action(
    async (
      person: string,
      out: string,
      options: CollectOptions & { to: string } & CommonOptions,
      self: Command,
    ) => {
      const { to, ...given } = shown(options, self);
      const result = await collectPhotos(person, cacheAt(out), to, given);
      printResult(result, collectLines(result), options);
      if (result.failures.length > 0) process.exitCode = 1;
    },
  );
}

function collectLines({ person, name, to, photos, failures }: CollectResult): string[] {
  const created = photos.filter(({ status }) => status === 'created').length;
  const who = name === null ? `person ${person}` : `${name} (${person})`;
  return [
    `${to}: ${count(photos.length, 'photo')} of ${who}, ${created} of them new`,
    ...(failures.length > 0 ? [`${count(failures.length, 'photo')} could not be placed:`] : []),
    ...capped(failures.map(({ message }) => `  ${message}`)),
  ];
}
