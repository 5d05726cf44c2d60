import { DEFAULT_ERA_OPTIONS } from '@face-sets/cluster';
import type { ErasManifest } from '@face-sets/manifests';
import { type FacesetErasInput, type FacesetErasResult, facesetAt } from '@face-sets/outputs';
import type { Command } from 'commander';
import { cacheName } from './cache-name.js';
import { addExportOptions, type ExportOptions } from './commands/export-swap.js';
import { givenOf, openExport } from './open-export.js';
import {
  addCommonOptions,
  addGateOptions,
  addModelOptions,
  cosineDistance,
  type GateOptions,
  wholeNumber,
} from './options.js';
import { type YearCounts, yearLine, yearReader } from './photo-years.js';
import { startProgress } from './progress.js';
import { cacheFile } from './read-cache.js';
import { count } from './result.js';

/** Options of `eras split` and `eras extend`. */
export interface ErasOptions extends ExportOptions, GateOptions {
  source?: string[];
  recoverThreshold: number;
  tightenThreshold: number;
  subThreshold: number;
  joinThreshold: number;
  maxYearGap: number;
  minAnchor: number;
  minFragment: number;
  minEraFaces: number;
}

export function addErasOptions(command: Command): Command {
  const defaults = DEFAULT_ERA_OPTIONS;
  command
    .argument('<cache>', 'face cache (.npz)', cacheName)
    .argument('<faceset>', 'folder of a faceset, in an output of export-swap')
    .option(
      '--source <dir...>',
      'look for the person in these folders (default: the deepest with all photos of the faceset)',
    )
    .option(
      '--recover-threshold <distance>',
      'a face no farther from the faceset may be of the person',
      cosineDistance,
      defaults.recoverThreshold,
    )
    .option(
      '--tighten-threshold <distance>',
      'leave out a face farther from the middle of all these',
      cosineDistance,
      defaults.tightenThreshold,
    )
    .option(
      '--sub-threshold <distance>',
      'cut of the sub-clusters (average linkage)',
      cosineDistance,
      defaults.subThreshold,
    )
    .option(
      '--min-anchor <n>',
      'faces of a sub-cluster that others may join',
      wholeNumber(1),
      defaults.minAnchor,
    )
    .option(
      '--join-threshold <distance>',
      'a smaller one joins the nearest of them up to this distance of centroids',
      cosineDistance,
      defaults.joinThreshold,
    )
    .option(
      '--max-year-gap <years>',
      'and if their most frequent years are no farther apart',
      wholeNumber(0),
      defaults.maxYearGap,
    )
    .option(
      '--min-fragment <n>',
      'faces that a sub-cluster that joins none needs to be an era',
      wholeNumber(1),
      defaults.minFragment,
    )
    .option('--min-era-faces <n>', 'an era of fewer goes to _thin/', wholeNumber(1), 20);
  addGateOptions(command);
  addExportOptions(command, 'outlier-threshold');
  return addCommonOptions(addModelOptions(command));
}

/** What `eras split` and `eras extend` report. */
export interface ErasReport {
  faceset: string;
  out: string;
  sources: string[];
  summary: ErasManifest['summary'];
  eras: (Pick<ErasManifest['eras'][number], 'id' | 'anchor' | 'years' | 'year' | 'faces'> & {
    /** Where it is, below `out`; null where no face of it could be exported. */
    folder: string | null;
    /** Faces that were exported. */
    exported: number;
    thin: boolean;
  })[];
  fragments: ErasManifest['fragments'];
  /** Photos opened for their dates. */
  photosRead: number;
  dates: YearCounts;
  written: string[];
  unchanged: string[];
  removed: string[];
  /** How the person is split, and every face with its era or its reason. */
  eras_manifest: string;
  refine_manifest: string;
}

/**
 * Opens what a command on eras needs, calls it, and reports what it did.
 *
 * @param given Whether an option was on the command line.
 */
export async function erasStep<R extends FacesetErasResult>(
  cachePath: string,
  faceset: string,
  options: ErasOptions,
  given: (option: string) => boolean,
  work: (input: FacesetErasInput) => Promise<R>,
): Promise<{ report: ErasReport; result: R }> {
  const { out, id } = await facesetAt(faceset);
  const { cache, finder, settings } = await openExport(cachePath, options);
  const { read, counts } = yearReader(cachePath, options);
  const { recoverThreshold, tightenThreshold, subThreshold, joinThreshold, maxYearGap } = options;
  const { minAnchor, minFragment, minShort, minBlur, minDetScore } = options;
  const progress = startProgress('Exporting', 'faces', { quiet: options.quiet ?? false });
  try {
    const result = await work({
      cache,
      cacheFile: await cacheFile(cachePath),
      out,
      facesetId: id,
      finder,
      sources: options.source,
      readYears: options.dates ? read : async () => new Map(),
      gates: givenOf({ minShort, minBlur, minDetScore }, given),
      split: givenOf(
        {
          ...{ recoverThreshold, tightenThreshold, subThreshold, joinThreshold, maxYearGap },
          ...{ minAnchor, minFragment },
        },
        given,
      ),
      options: givenOf({ ...settings, minEraFaces: options.minEraFaces }, given),
      onProgress: ({ faces, totalFaces }) => progress.update(faces, totalFaces),
    });
    progress.finish(
      `Sorted ${count(result.eras.summary.faces, 'face')} into ${count(result.eras.eras.length, 'era')}`,
    );
    return { report: reportOf(out, result, counts), result };
  } catch (error) {
    progress.stop();
    throw error;
  }
}

function reportOf(
  out: string,
  { eras, paths, exported, placed }: FacesetErasResult,
  dates: YearCounts,
): ErasReport {
  const entries = new Map(placed.map((entry) => [entry.id, entry]));
  return {
    faceset: eras.faceset,
    out,
    sources: eras.sources,
    summary: eras.summary,
    eras: eras.eras.map(({ id, anchor, years, year, faces }) => {
      const entry = entries.get(id);
      const folder = entry?.folder ?? null;
      return {
        id,
        anchor,
        years,
        year,
        faces,
        folder,
        exported: entry?.faces ?? 0,
        thin: entry?.status === 'thin',
      };
    }),
    fragments: eras.fragments,
    photosRead: dates.photosRead,
    dates,
    written: exported?.written ?? [],
    unchanged: exported?.unchanged ?? [],
    removed: exported?.removed ?? [],
    eras_manifest: paths.eras,
    refine_manifest: paths.refine,
  };
}

/** The result for people. */
export function erasLines(report: ErasReport): string[] {
  const { faceset, out, summary, eras, fragments, sources, dates } = report;
  const joined = fragments.filter(({ alone }) => alone === null).length;
  const reasons = Object.entries(summary.rejected_by).map(([code, n]) => `${code} ${n}`);
  const photos = dates.known + undated(dates);
  return [
    `${out}: ${faceset} has ${count(eras.length, 'era')} of ${count(summary.faces, 'face')} ` +
      `(${report.written.length} written, ${report.unchanged.length} up to date, ${report.removed.length} removed)`,
    ...eras.map(({ id, years, faces, exported, thin, folder }) =>
      [
        `  ${id}  ${yearsOf(years).padEnd(13)}  ${count(faces, 'face').padStart(9)}, ${exported} exported`,
        folder === null ? '  none could be exported' : thin ? `  thin: ${folder}` : '',
      ].join(''),
    ),
    `${count(summary.candidates, 'face')} below ${sources.join(', ')}: ${summary.recovered.toLocaleString('en')} near enough` +
      `${summary.elsewhere > 0 ? `; ${summary.elsewhere.toLocaleString('en')} as near lie elsewhere (--source)` : ''}`,
    ...(fragments.length > 0
      ? [
          `${count(fragments.length, 'small sub-cluster')}: ${joined} joined an era, ${fragments.length - joined} joined none` +
            aloneText(fragments),
        ]
      : []),
    yearLine(dates, photos),
    ...(reasons.length > 0 ? [`${count(summary.rejected, 'face')} left out: ${reasons.join(', ')}`] : []),
  ];
}

function aloneText(fragments: ErasManifest['fragments']): string {
  const counts = new Map<string, number>();
  for (const { alone } of fragments) if (alone) counts.set(alone, (counts.get(alone) ?? 0) + 1);
  return counts.size === 0 ? '' : ` (${[...counts].map(([reason, n]) => `${reason} ${n}`).join(', ')})`;
}

function yearsOf(years: [number, number] | null): string {
  if (!years) return 'years unknown';
  return years[0] === years[1] ? String(years[0]) : `${years[0]} to ${years[1]}`;
}

function undated({ photosRead, fromCache, failed, known }: YearCounts): number {
  return photosRead + fromCache + failed - known;
}
