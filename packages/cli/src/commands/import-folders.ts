import {
  count,
  IMPORT_DEFAULTS,
  type ImportOptions,
  type ImportReport,
  importFolders,
  outputAt,
} from '@face-sets/pipeline';
import { Command, InvalidArgumentError } from 'commander';
import { cacheName } from '../cache-name.js';
import { shown } from '../events.js';
import { addCommonOptions, addGateOptions, addModelOptions, type CommonOptions } from '../options.js';
import { cosineDistance, list, numberBetween } from '../parse-values.js';
import { capped, printResult, rejectedLines } from '../result.js';
import { addExportOptions } from './export-swap.js';

/** `face-sets import-folders CACHE OUT --trusted DIR… --mixed DIR…`. */
export function importFoldersCommand(): Command {
  const command = new Command('import-folders')
    .usage('[options] <cache> <out> --trusted <dir...>')
    .argument('<cache>', 'face cache (.npz) that the folders are embedded in', cacheName)
    .argument('<out>', 'output folder: new, empty, or from an earlier export-swap')
    .option('--trusted <dir...>', 'folders with photos of one person each, named after the person')
    .option('--trusted-parent <dir...>', 'folders that contain such folders')
    .option('--mixed <dir...>', 'folders with photos of anyone; each face goes to the closest person')
    .option(
      '--labels <dir=label...>',
      'name a person differently, by the path or name of their folder',
      label,
    )
    .option('--config <file>', 'read settings from a JSON file; command-line options take precedence')
    .option(
      '--mixed-threshold <distance>',
      'maximum cosine distance between a mixed face and its person; higher adds more',
      cosineDistance,
      IMPORT_DEFAULTS.mixedThreshold,
    )
    .option(
      '--mixed-margin <distance>',
      'how much farther everyone else must be; higher adds fewer',
      cosineDistance,
      IMPORT_DEFAULTS.mixedMargin,
    )
    .option(
      '--identity-thresholds <distance,…>',
      'cosine distances of the passes that reject bystanders; higher rejects fewer',
      list(IMPORT_DEFAULTS.identityThresholds, cosineDistance),
      IMPORT_DEFAULTS.identityThresholds,
    )
    .option(
      '--min-share <share>',
      "share of a folder's photos that must show its person; higher rejects more folders",
      numberBetween(0, 1),
      IMPORT_DEFAULTS.minShare,
    )
    .option(
      '--same-person-threshold <distance>',
      'report two people closer than this as possibly the same; higher reports more',
      cosineDistance,
      IMPORT_DEFAULTS.samePersonThreshold,
    )
    .option('--dry-run', 'show who would be imported, but write nothing');
  addGateOptions(command);
  addExportOptions(command, 'outlier-threshold');
  return addCommonOptions(addModelOptions(command)).action(
    async (cache: string, out: string, options: ImportOptions & CommonOptions, self: Command) => {
      const result = await importFolders(cache, outputAt('export-swap', out), shown(options, self));
      printResult(result, importLines(result), options);
      if (result.people.length === 0) process.exitCode = 1;
    },
  );
}

export function label(text: string, before: [string, string][] = []): [string, string][] {
  const at = text.lastIndexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('expected DIR=LABEL.');
  return [...before, [text.slice(0, at), text.slice(at + 1)]];
}

function importLines(result: ImportReport): string[] {
  const { out, people, problems, written, unchanged } = result;
  const width = Math.max(0, ...people.map(({ label: name }) => name.length));
  const done = result.dry_run
    ? 'would be imported; nothing was written'
    : `imported (${written.length} written, ${unchanged.length} up to date)`;
  return [
    `${out}: ${count(people.length, 'person', 'people')} ${done}`,
    ...people.map(({ id, into, label: name, photos, photos_of_person, mixed }) =>
      [
        ...(id ? [`  ${id}`] : []),
        `  ${name.padEnd(width)}  on ${photos_of_person} of ${count(photos, 'photo')}`,
        ...(mixed > 0 ? [`, and ${count(mixed, 'face')} in mixed folders`] : []),
        ...(into ? [`; joined to ${into}`] : []),
      ].join(''),
    ),
    ...rejectedLines(result),
    ...(problems.length > 0 ? ['To look at:', ...capped(problems.map(({ message }) => `  ${message}`))] : []),
  ];
}
