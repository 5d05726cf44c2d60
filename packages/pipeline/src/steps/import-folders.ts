import { countByCode } from '@face-sets/manifests';
import {
  type ImportConfig,
  type ImportedPerson,
  type ImportFoldersResult,
  type ImportProblem,
  importFolders as importPeople,
  type PlanImportOptions,
  planImport,
  readImportConfig,
  resolveImportOptions,
  type TrustedPerson,
  trustedPeople,
} from '@face-sets/outputs';
import { requireWritable } from '../shared/check-arguments.js';
import { tellRecovered } from '../shared/collection-cache.js';
import { inStage } from '../shared/context.js';
import { count } from '../shared/count.js';
import { defined } from '../shared/defined.js';
import { InvalidOptionsError, option } from '../shared/errors.js';
import { warnOfForeignThresholds } from '../shared/foreign-thresholds.js';
import { openExport } from '../shared/open-finder.js';
import { exportYears } from '../shared/photo-years.js';
import { cacheFile, readCache } from '../shared/read-cache.js';
import { EXPORT_THRESHOLDS, type ExportOptions } from './export-swap.js';

/** Options of {@link importFolders}. */
export interface ImportOptions extends ExportOptions, PlanImportOptions {
  /** Folders with photos of one person each, named after the person. */
  trusted?: string[];
  /** Folders that contain such folders. */
  trustedParent?: string[];
  /** Folders with photos of anyone; each face goes to the closest person. */
  mixed?: string[];
  /** Other names for people: path or name of their folder, and the name. */
  labels?: [string, string][];
  /** A JSON file with these settings; options take precedence. */
  config?: string;
  /** Report who would be imported, but write nothing. Default false. */
  dryRun?: boolean;
}

/** How faces are sorted where neither the options nor the file say. */
export const IMPORT_DEFAULTS = resolveImportOptions();

/** Those of the defaults that were measured for a recognition model. */
const SORTING_THRESHOLDS = [
  'mixedThreshold',
  'mixedMargin',
  'identityThresholds',
  'samePersonThreshold',
] as const;

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
export interface ImportReport {
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

/**
 * Makes facesets from folders already sorted by person, and adds them to an output.
 *
 * @param out new, empty, or of an earlier export
 * @throws InvalidOptionsError where no folder is named
 */
export async function importFolders(
  cachePath: string,
  out: string,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const config: Partial<ImportConfig> = options.config ? await readImportConfig(options.config) : {};
  const folders = config.trusted;
  const trusted = await trustedPeople({
    folders: [...(folders?.folders ?? []), ...(options.trusted ?? [])],
    parents: [...(folders?.parents ?? []), ...(options.trustedParent ?? [])],
    labels: [...(folders?.labels ?? []), ...(options.labels ?? [])],
  });
  if (trusted.length === 0) {
    throw new InvalidOptionsError(
      `no trusted folder: give ${option('trusted')} or ${option('trustedParent')}, or both in the file of ${option('config')}`,
    );
  }
  const mixed = [...(config.mixed ?? []), ...(options.mixed ?? [])];
  const sorting = sortingOptions(options, config.options);
  const given = { ...config.options, ...defined(options) };
  if (options.dryRun) return dryRun(cachePath, out, trusted, mixed, sorting, given);

  await requireWritable(out);
  const { cache, finder, settings } = await openExport(cachePath, options);
  warnOfForeignThresholds(cache.meta.models, given, [...SORTING_THRESHOLDS, ...EXPORT_THRESHOLDS]);
  return inStage(options, 'Importing', 'faces', async (stage) => {
    const { imported, exported, ...rest } = await importPeople({
      cache,
      cacheFile: await cacheFile(cachePath),
      out,
      finder,
      trusted,
      mixed,
      sorting,
      years: exportYears(cachePath, options),
      options: settings,
      signal: options.signal,
      onProgress: stage.onFaces,
      onRecovered: tellRecovered(options),
    });
    const result = {
      ...reportOf(out, imported, rest),
      dry_run: false,
      written: exported?.written ?? [],
      unchanged: exported?.unchanged ?? [],
      refine_manifest: exported ? rest.refineManifestPath : null,
    };
    return { result, summary: `Imported ${count(imported.length, 'person', 'people')}` };
  });
}

async function dryRun(
  cachePath: string,
  out: string,
  trusted: readonly TrustedPerson[],
  mixed: readonly string[],
  sorting: PlanImportOptions,
  given: ImportOptions,
): Promise<ImportReport> {
  const cache = await readCache(cachePath, ['embedding', 'bbox', 'detScore', 'blur']);
  warnOfForeignThresholds(cache.meta.models, given, SORTING_THRESHOLDS);
  return inStage(given, 'Planning', 'faces', async () => {
    const plan = await planImport(cache, { trusted, mixed }, sorting);
    const none = { dry_run: true, written: [], unchanged: [], refine_manifest: null };
    return { result: { ...reportOf(out, plan.people, plan), ...none } };
  });
}

/** The settings of the sorting: those of the options, then those of the file, then the defaults. */
function sortingOptions(options: ImportOptions, config: PlanImportOptions = {}): PlanImportOptions {
  const names = Object.keys(IMPORT_DEFAULTS) as (keyof PlanImportOptions)[];
  const given = defined(Object.fromEntries(names.map((name) => [name, options[name]])));
  return { ...IMPORT_DEFAULTS, ...config, ...given };
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
