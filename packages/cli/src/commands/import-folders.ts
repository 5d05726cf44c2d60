import { countByCode } from '@face-sets/manifests';
import {
  type ImportConfig,
  type ImportedPerson,
  type ImportFoldersResult,
  type ImportProblem,
  importFolders,
  type PlanImportOptions,
  planImport,
  readImportConfig,
  type TrustedPerson,
  trustedPeople,
} from '@face-sets/outputs';
import { Command, InvalidArgumentError } from 'commander';
import { cacheName } from '../cache-name.js';
import { requireWritable } from '../check-arguments.js';
import { tellRecovered } from '../collection-options.js';
import { UsageError } from '../failure.js';
import { outputAt } from '../locate-output.js';
import { givenOf, openExport } from '../open-export.js';
import {
  addCommonOptions,
  addGateOptions,
  addModelOptions,
  cosineDistance,
  type GateOptions,
  list,
  numberBetween,
} from '../options.js';
import { exportYears } from '../photo-years.js';
import { startProgress } from '../progress.js';
import { cacheFile, readCache } from '../read-cache.js';
import { capped, count, printResult } from '../result.js';
import { addExportOptions, type ExportOptions } from './export-swap.js';

const DEFAULT_IDENTITY_THRESHOLDS = [0.55, 0.45];

/** `face-sets import-folders CACHE OUT --trusted DIR… --mixed DIR…`. */
export function importFoldersCommand(): Command {
  const command = new Command('import-folders')
    .description('make facesets of folders that are sorted by person already, and add them to OUT')
    .usage('[options] <cache> <out> --trusted <dir...>')
    .argument('<cache>', 'face cache (.npz) that the folders are embedded in', cacheName)
    .argument('<out>', 'output folder: new, empty, or of an earlier export-swap')
    .option('--trusted <dir...>', "folders that each hold one person's photos, and are named for the person")
    .option('--trusted-parent <dir...>', 'folders whose folders are such')
    .option('--mixed <dir...>', 'folders with photos of anyone: each face goes to the person it is near to')
    .option(
      '--labels <dir=label...>',
      'other names for people, by the path or the name of their folder',
      label,
    )
    .option('--config <file>', 'the settings in a JSON file; what is given here comes before')
    .option(
      '--mixed-threshold <distance>',
      'largest cosine distance of a mixed face to its person',
      cosineDistance,
      0.45,
    )
    .option(
      '--mixed-margin <distance>',
      'how much farther everyone else must be from it',
      cosineDistance,
      0.05,
    )
    .option(
      '--identity-thresholds <distance,…>',
      "passes that reject bystanders in a person's folders",
      list(DEFAULT_IDENTITY_THRESHOLDS, cosineDistance),
      DEFAULT_IDENTITY_THRESHOLDS,
    )
    .option('--min-share <share>', 'photos of a folder that its person must be on', numberBetween(0, 1), 0.5)
    .option(
      '--same-person-threshold <distance>',
      'report two people this near as perhaps one',
      cosineDistance,
      0.4,
    )
    .option('--dry-run', 'say who would be imported, and write nothing');
  addGateOptions(command);
  addExportOptions(command, 'outlier-threshold');
  return addCommonOptions(addModelOptions(command)).action(
    async (cache: string, out: string, options: ImportOptions, self: Command) => {
      const given = (name: string) => self.getOptionValueSource(name) === 'cli';
      const result = await importStep(cache, outputAt('export-swap', out), options, given);
      printResult(result, importLines(result), options);
      if (result.people.length === 0) process.exitCode = 1;
    },
  );
}

interface ImportOptions extends ExportOptions, GateOptions {
  trusted?: string[];
  trustedParent?: string[];
  mixed?: string[];
  labels?: [string, string][];
  config?: string;
  mixedThreshold: number;
  mixedMargin: number;
  identityThresholds: number[];
  minShare: number;
  samePersonThreshold: number;
  dryRun?: boolean;
}

function label(text: string, before: [string, string][] = []): [string, string][] {
  const at = text.lastIndexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('expected DIR=LABEL.');
  return [...before, [text.slice(0, at), text.slice(at + 1)]];
}

/** A person in the report of `import-folders`. */
interface ReportedPerson extends Omit<ImportedPerson, 'faces' | 'photosOfPerson'> {
  /** The faceset; missing in a dry run. */
  id?: string;
  /** The faceset that `consolidate` has joined it to, where its faces go. */
  into?: string;
  photos_of_person: number;
  /** Faces in the mixed folders. */
  mixed: number;
}

/** What `import-folders` reports. */
interface ImportReport {
  out: string;
  dry_run: boolean;
  people: ReportedPerson[];
  problems: ImportProblem[];
  /** Faces of the folders that are in no faceset, and how many for each reason. */
  rejected: number;
  rejected_by: Record<string, number>;
  written: string[];
  unchanged: string[];
  /** Every face with its faceset or its reason; null where nothing was written. */
  refine_manifest: string | null;
}

async function importStep(
  cachePath: string,
  out: string,
  options: ImportOptions,
  given: (option: string) => boolean,
): Promise<ImportReport> {
  const config: Partial<ImportConfig> = options.config ? await readImportConfig(options.config) : {};
  const folders = config.trusted;
  const trusted = await trustedPeople({
    folders: [...(folders?.folders ?? []), ...(options.trusted ?? [])],
    parents: [...(folders?.parents ?? []), ...(options.trustedParent ?? [])],
    labels: [...(folders?.labels ?? []), ...(options.labels ?? [])],
  });
  if (trusted.length === 0) {
    throw new UsageError(
      'no trusted folder: give --trusted DIR… or --trusted-parent DIR, or both in --config FILE',
    );
  }
  const mixed = [...(config.mixed ?? []), ...(options.mixed ?? [])];
  const sorting = sortingOptions(options, config.options, given);
  if (options.dryRun) return dryRun(cachePath, out, trusted, mixed, sorting);

  await requireWritable(out);
  const { cache, finder, settings } = await openExport(cachePath, options);
  const quiet = options.quiet ?? false;
  const progress = startProgress('Importing', 'faces', { quiet });
  try {
    const { imported, exported, ...result } = await importFolders({
      cache,
      cacheFile: await cacheFile(cachePath),
      out,
      finder,
      trusted,
      mixed,
      sorting,
      years: exportYears(cachePath, options),
      options: givenOf(settings, given),
      onProgress: ({ faces, totalFaces }) => progress.update(faces, totalFaces),
      onRecovered: tellRecovered(options),
    });
    progress.finish(`Imported ${count(imported.length, 'person', 'people')}`);
    return {
      ...reportOf(out, imported, result),
      dry_run: false,
      written: exported?.written ?? [],
      unchanged: exported?.unchanged ?? [],
      refine_manifest: exported ? result.refineManifestPath : null,
    };
  } catch (error) {
    progress.stop();
    throw error;
  }
}

async function dryRun(
  cachePath: string,
  out: string,
  trusted: readonly TrustedPerson[],
  mixed: readonly string[],
  sorting: PlanImportOptions,
): Promise<ImportReport> {
  const cache = await readCache(cachePath, ['embedding', 'bbox', 'detScore', 'blur']);
  const plan = await planImport(cache, { trusted, mixed }, sorting);
  const none = { dry_run: true, written: [], unchanged: [], refine_manifest: null };
  return { ...reportOf(out, plan.people, plan), ...none };
}

/** The settings of the sorting: those given on the command line, then those of the file, then the defaults. */
function sortingOptions(
  options: ImportOptions,
  config: PlanImportOptions = {},
  given: (option: keyof PlanImportOptions) => boolean,
): PlanImportOptions {
  const { mixedThreshold, mixedMargin, identityThresholds, minShare, samePersonThreshold } = options;
  const { minShort, minBlur, minDetScore } = options;
  const all = { mixedThreshold, mixedMargin, identityThresholds, minShare, samePersonThreshold };
  const used: PlanImportOptions = { ...all, minShort, minBlur, minDetScore };
  const kept = Object.entries(config).filter(([name]) => !given(name as keyof PlanImportOptions));
  return { ...used, ...Object.fromEntries(kept) };
}

function reportOf(
  out: string,
  people: readonly (ImportedPerson & { id?: string; into?: string })[],
  { problems, rejected }: Pick<ImportFoldersResult, 'problems' | 'rejected'>,
): Pick<ImportReport, 'out' | 'people' | 'problems' | 'rejected' | 'rejected_by'> {
  return {
    out,
    people: people.map(({ faces, photosOfPerson, ...person }) => ({
      ...person,
      photos_of_person: photosOfPerson,
      mixed: faces.filter(({ from }) => from === 'mixed').length,
    })),
    problems,
    rejected: rejected.length,
    rejected_by: countByCode(rejected.map(({ reason }) => reason)),
  };
}

function importLines(result: ImportReport): string[] {
  const { out, people, problems, written, unchanged } = result;
  const reasons = Object.entries(result.rejected_by).map(([code, n]) => `${code} ${n}`);
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
    ...(reasons.length > 0 ? [`${count(result.rejected, 'face')} left out: ${reasons.join(', ')}`] : []),
    ...(problems.length > 0 ? ['To look at:', ...capped(problems.map(({ message }) => `  ${message}`))] : []),
  ];
}
