import type { ErasProbeFile } from '@face-sets/pipeline';
import {
  count,
  DEFAULT_PROBE_OPTIONS,
  erasVerdict,
  type ProbeOptions,
  type ProbeResult,
  probeEras,
} from '@face-sets/pipeline';
import { Command } from 'commander';
import { cacheName } from '../cache-name.js';
import { shown } from '../events.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { cosineDistance, list, numberBetween, wholeNumber } from '../parse-values.js';
import { addYearOptions } from '../photo-years.js';
import { printResult } from '../result.js';

const defaults = DEFAULT_PROBE_OPTIONS;

/** `face-sets eras probe CACHE FACESET`. */
export function erasProbeCommand(): Command {
  const command = new Command('probe')
    .description('check whether a faceset can be split by age')
    .argument('<cache>', 'face cache (.npz)', cacheName)
    .argument('<faceset>', 'folder of a faceset, in an output of export-swap')
    .option(
      '--thresholds <distance,…>',
      'cosine distances to try for sub-clusters; higher gives fewer and larger ones',
      list(defaults.thresholds, cosineDistance),
      defaults.thresholds,
    )
    .option(
      '--sub-threshold <distance>',
      'cosine distance for the sub-clusters of the verdict; higher gives fewer and larger ones',
      cosineDistance,
      defaults.subThreshold,
    )
    .option(
      '--min-size <n>',
      'dated faces a sub-cluster needs to count; higher ignores more sub-clusters',
      wholeNumber(2),
      defaults.minSize,
    )
    .option(
      '--min-explained <share>',
      'share of the variance of years that sub-clusters must explain; higher demands a closer match',
      numberBetween(0, 1),
      defaults.minExplained,
    )
    .option(
      '--max-p-value <p>',
      'maximum p-value; higher accepts weaker evidence',
      numberBetween(0, 1),
      defaults.maxPValue,
    )
    .option(
      '--min-covered <share>',
      'share of the dated faces that must be in sub-clusters that count; higher demands more of them',
      numberBetween(0, 1),
      defaults.minCovered,
    )
    .option(
      '--permutations <n>',
      'random permutations of the years for the p-value; higher is more precise, but slower',
      wholeNumber(1),
      defaults.permutations,
    )
    .option('--seed <n>', 'random seed', wholeNumber(0), defaults.seed)
    .option(
      '--bin-width <distance>',
      'bin width of the distance histogram; higher gives fewer bins',
      numberBetween(0.001, 2),
      defaults.binWidth,
    )
    .option(
      '--histogram-faces <n>',
      'maximum number of faces in the histogram; higher is more precise, but slower',
      wholeNumber(2),
      defaults.histogramFaces,
    )
    .option('--no-report', 'do not add it to report.html');
  return addCommonOptions(addYearOptions(command)).action(
    async (cache: string, faceset: string, options: ProbeOptions & CommonOptions, self: Command) => {
      const result = await probeEras(cache, faceset, shown(options, self));
      printResult(result, probeLines(result), options);
    },
  );
}

function probeLines(result: ProbeResult): string[] {
  const { faceset, thresholds, sub_threshold: at, years, histogram } = result;
  const chosen = thresholds.find(({ threshold }) => threshold === at)!.sub_clusters;
  return [
    `${faceset}: ${titleOf(result)}. ${erasVerdict(result)}`,
    `${count(result.faces, 'face')}, ${result.dated.toLocaleString('en')} of known year${span(years)}; ` +
      `${count(result.photosRead, 'photo')} opened for dates`,
    '',
    'Cosine distance of two faces' +
      (histogram.mean === null ? '' : `, on average ${histogram.mean.toFixed(3)}`),
    ...histogramLines(histogram),
    '',
    'threshold  explained  sub-clusters (faces)',
    ...thresholds.map(
      ({ threshold, alignment: figures, sub_clusters }) =>
        `${threshold.toFixed(2).padStart(9)}  ${(figures.explained === null ? '–' : percent(figures.explained)).padStart(9)}  ${sizes(sub_clusters.map(({ faces }) => faces))}`,
    ),
    '',
    `Years of the sub-clusters at ${at}`,
    ...chosen
      .slice(0, 12)
      .map(
        ({ faces, dominant_year, years: own }) =>
          `${count(faces, 'face').padStart(10)}  ${yearsText(dominant_year, own)}`,
      ),
    ...(chosen.length > 12 ? [`            … and ${chosen.length - 12} more (all of them with --json)`] : []),
    ...(result.report ? ['', `Report: ${result.report}`] : []),
  ];
}

const percent = (share: number) => `${Math.round(100 * share)} %`;

function titleOf({ sortable, verdict }: ErasProbeFile): string {
  if (verdict === 'few-years') return 'too few years to tell whether it can be sorted by age';
  return sortable ? 'sortable by age' : 'not sortable by age';
}

function yearsText(dominant: number | null, years: ErasProbeFile['years']): string {
  if (dominant === null) return 'years unknown';
  const counts = years.map(({ year, faces }) => `${year} ${faces}`).join(', ');
  return years.length === 1 ? counts : `mostly ${dominant}${span(years)}: ${counts}`;
}

function span(years: ErasProbeFile['years']): string {
  if (years.length === 0) return '';
  const [first, last] = [years[0]!.year, years.at(-1)!.year];
  return first === last ? ` (${first})` : ` (${first} to ${last})`;
}

function histogramLines({ counts, bin_width: width }: ErasProbeFile['histogram']): string[] {
  // Two or more bars to a line, where there are many.
  const per = Math.ceil(counts.length / 24) || 1;
  const merged: number[] = [];
  counts.forEach((n, i) => {
    const line = Math.floor(i / per);
    merged[line] = (merged[line] ?? 0) + n;
  });
  const most = Math.max(...merged);
  const first = merged.findIndex((n) => n > 0);
  return merged.flatMap((n, i) =>
    i < first
      ? []
      : [
          `${(i * per * width).toFixed(2).padStart(9)}  ${'█'.repeat(Math.round((40 * n) / most)) || (n > 0 ? '▏' : '')} ${n.toLocaleString('en')}`,
        ],
  );
}

/** `120 98 40 … and 12 of 1`. */
function sizes(faces: readonly number[]): string {
  const shown = faces.filter((n) => n > 1).slice(0, 12);
  const hidden = faces.length - shown.length;
  return `${shown.join(' ')}${hidden > 0 ? `${shown.length > 0 ? ' and ' : ''}${hidden} ${shown.length === 12 ? 'more' : 'of 1'}` : ''}`;
}
