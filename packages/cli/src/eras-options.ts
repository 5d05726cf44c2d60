import type { ErasManifest } from '@face-sets/pipeline';
import {
  count,
  DEFAULT_ERA_OPTIONS,
  type ErasReport,
  EXPORT_DEFAULTS,
  type YearCounts,
} from '@face-sets/pipeline';
import type { Command } from 'commander';
import { cacheName } from './cache-name.js';
import { addExportOptions } from './commands/export-swap.js';
import { addCommonOptions, addGateOptions, addModelOptions } from './options.js';
import { cosineDistance, wholeNumber } from './parse-values.js';
import { yearLine } from './photo-years.js';
import { rejectedLines } from './result.js';

export function addErasOptions(command: Command): Command {
  const defaults = DEFAULT_ERA_OPTIONS;
  command
    .argument('<cache>', 'face cache (.npz)', cacheName)
    .argument('<faceset>', 'folder of a faceset, in an output of export-swap')
    .option(
      '--source <dir...>',
      'look for the person in these folders (default: the deepest folder that contains all photos of the faceset)',
    )
    .option(
      '--recover-threshold <distance>',
      'cosine distance up to which a face may be the person; higher finds more',
      cosineDistance,
      defaults.recoverThreshold,
    )
    .option(
      '--tighten-threshold <distance>',
      'drop faces farther than this from the mean of those found; higher keeps more',
      cosineDistance,
      defaults.tightenThreshold,
    )
    .option(
      '--sub-threshold <distance>',
      'cosine distance for sub-clusters (average linkage); higher gives fewer eras',
      cosineDistance,
      defaults.subThreshold,
    )
    .option(
      '--min-anchor <n>',
      'faces a sub-cluster needs so that smaller ones can join it; higher gives fewer eras',
      wholeNumber(1),
      defaults.minAnchor,
    )
    .option(
      '--join-threshold <distance>',
      'a smaller sub-cluster joins the closest anchor up to this distance; higher joins more',
      cosineDistance,
      defaults.joinThreshold,
    )
    .option(
      '--max-year-gap <years>',
      'a sub-cluster joins an anchor only if their most frequent years differ by at most this; higher joins more',
      wholeNumber(0),
      defaults.maxYearGap,
    )
    .option(
      '--min-fragment <n>',
      'faces a sub-cluster without an anchor needs to become its own era; higher gives fewer eras',
      wholeNumber(1),
      defaults.minFragment,
    )
    .option(
      '--min-era-faces <n>',
      'eras with fewer faces go to _thin/; higher moves more of them there',
      wholeNumber(1),
      EXPORT_DEFAULTS.minEraFaces,
    );
  addGateOptions(command);
  addExportOptions(command, 'outlier-threshold');
  return addCommonOptions(addModelOptions(command));
}

/** The result for people. */
export function erasLines(report: ErasReport): string[] {
  const { faceset, out, summary, eras, fragments, sources, dates } = report;
  const joined = fragments.filter(({ unmatched }) => unmatched === null).length;
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
      `${summary.elsewhere > 0 ? `; ${summary.elsewhere.toLocaleString('en')} more matches are outside these folders; add them with --source` : ''}`,
    ...(fragments.length > 0
      ? [
          `${count(fragments.length, 'small sub-cluster')}: ${joined} joined an era, ${fragments.length - joined} joined none` +
            unmatchedText(fragments),
        ]
      : []),
    yearLine(dates, photos),
    ...rejectedLines(summary),
  ];
}

function unmatchedText(fragments: ErasManifest['fragments']): string {
  const counts = new Map<string, number>();
  for (const { unmatched } of fragments) {
    if (unmatched) counts.set(unmatched, (counts.get(unmatched) ?? 0) + 1);
  }
  return counts.size === 0 ? '' : ` (${[...counts].map(([reason, n]) => `${reason} ${n}`).join(', ')})`;
}

function yearsOf(years: [number, number] | null): string {
  if (!years) return 'years unknown';
  return years[0] === years[1] ? String(years[0]) : `${years[0]} to ${years[1]}`;
}

function undated({ photosRead, fromCache, failed, known }: YearCounts): number {
  return photosRead + fromCache + failed - known;
}
