import type { SwapManifest } from '@face-sets/pipeline';
import {
  count,
  DEFAULT_CANDIDATE_OPTIONS,
  EXPORT_DEFAULTS,
  type ExportOptions,
  type ExportSwapReport,
  exportSwap,
  formatNames,
  formatsOf,
  manifestAt,
  outputAt,
  SELECT_MODES,
} from '@face-sets/pipeline';
import { Command, Option } from 'commander';
import { cacheName } from '../cache-name.js';
import { shown } from '../events.js';
import { formatLines, formatNamed } from '../format-named.js';
import { addCommonOptions, addModelOptions, type CommonOptions } from '../options.js';
import { cosineDistance, list, numberBetween, wholeNumber } from '../parse-values.js';
import { addYearOptions } from '../photo-years.js';
import { printResult, rejectedLines } from '../result.js';

/** `face-sets export-swap CACHE REFINE_MANIFEST OUT`. */
export function exportSwapCommand(): Command {
  const command = new Command('export-swap')
    .argument('<cache>', 'face cache (.npz)', cacheName)
    .argument('<refine_manifest>', 'refine_manifest.json of refine, or its folder', (path) =>
      manifestAt('refine', path),
    )
    .argument('<out>', 'output folder: new, empty, or from an earlier export-swap', (path) =>
      outputAt('export-swap', path),
    );
  addExportOptions(command, 'outlier-threshold');
  command
    .option('--candidates', 'sort faces not assigned to anyone in the raw clusters into _candidates/')
    .option('--raw-manifest <file>', 'manifest.json of cluster, for --candidates', (path) =>
      manifestAt('cluster', path),
    )
    .option(
      '--candidate-match-threshold <distance>',
      'cosine distance up to which a face may belong to a faceset; higher suggests more',
      cosineDistance,
      DEFAULT_CANDIDATE_OPTIONS.matchThreshold,
    )
    .option(
      '--candidate-group-threshold <distance>',
      'cosine distance up to which the remaining faces count as one new person; higher merges more (default: match threshold + 0.1)',
      cosineDistance,
    )
    .option(
      '--candidate-min-score <score>',
      'minimum score of a candidate; higher keeps fewer',
      numberBetween(0, 1),
      DEFAULT_CANDIDATE_OPTIONS.minScore,
    )
    .option('--merge', 'keep facesets from an earlier export that are not in the manifest');
  return addCommonOptions(addModelOptions(command)).action(
    async (
      cache: string,
      manifest: string,
      out: string,
      options: ExportOptions & CommonOptions,
      self: Command,
    ) => {
      const result = await exportSwap(cache, manifest, out, shown(options, self));
      printResult(result, exportSwapLines(result), options);
    },
  );
}

/**
 * Options of this step, shared with `run`.
 *
 * @param outlier what the outlier gate is called: `run` has another of that name for its refine step
 */
export function addExportOptions(command: Command, outlier: string): Command {
  command
    .option(
      '--top-n <n,…>',
      'faces in the small bundle; higher adds lower-ranked faces; list several sizes for several bundles',
      list(EXPORT_DEFAULTS.topN, wholeNumber(1)),
      EXPORT_DEFAULTS.topN,
    )
    .addOption(
      new Option(
        '--select <how>',
        'faces for the small bundles: the best scores, or a mix of poses, light and years that keeps the mean stable',
      )
        .choices(SELECT_MODES)
        .default(EXPORT_DEFAULTS.select),
    )
    .option(
      '--formats <name,…>',
      `what to write, comma-separated: ${formatNames().join(', ')}`,
      list(EXPORT_DEFAULTS.formats, formatNamed),
      EXPORT_DEFAULTS.formats,
    )
    .option('--trigger-word <word>', 'word for the person in lora captions', EXPORT_DEFAULTS.triggerWord)
    .option(
      '--verify-sizes <px,…>',
      'detector input sizes at which a crop must show exactly one face; higher finds smaller second faces',
      list(EXPORT_DEFAULTS.verifySizes, wholeNumber(32)),
      EXPORT_DEFAULTS.verifySizes,
    )
    .option(
      '--duplicate-threshold <distance>',
      'drop near-duplicate faces closer than this; higher drops more, 0 keeps all',
      cosineDistance,
      EXPORT_DEFAULTS.duplicateThreshold,
    )
    .option(
      `--${outlier} <distance>`,
      'drop faces farther than this from the centroid; higher keeps more',
      cosineDistance,
      EXPORT_DEFAULTS.outlierThreshold,
    )
    .option(
      '--pad-ratio <ratio>',
      'padding on each side, as a share of the longer side of the face box; higher shows more around the face',
      numberBetween(0, 10),
      EXPORT_DEFAULTS.padRatio,
    )
    .option(
      '--out-size <px>',
      'width and height of a crop in pixels; higher keeps more detail, but makes larger files',
      wholeNumber(16, 8192),
      EXPORT_DEFAULTS.outSize,
    )
    .option(
      '--min-face-short <px>',
      'export: minimum shorter side of the face box in pixels; higher keeps fewer faces',
      numberBetween(0, Infinity),
      EXPORT_DEFAULTS.minFaceShort,
    )
    .option('--no-dates', 'do not read capture dates; the diverse selection then ignores years');
  command.addHelpText('after', () => ['', 'Formats of --formats:', ...formatLines()].join('\n'));
  return addYearOptions(command);
}

/** The result for people. */
function exportSwapLines({
  out,
  summary,
  candidates,
  gender_age: genderAge,
  written,
  unchanged,
  renamed,
}: ExportSwapReport): string[] {
  return [
    `${out}: ${count(summary.facesets, 'faceset')} of ${count(summary.faces, 'face')} ` +
      `(${written.length} written, ${unchanged.length} up to date), ${summary.thin} thin, ${summary.empty} empty`,
    ...(renamed.length > 0
      ? [`${count(renamed.length, 'faceset')} renamed, as the person is called now`]
      : []),
    ...(candidates ? [candidatesLine(candidates)] : []),
    ...(genderAge === false
      ? [
          `${genderAgeFormats()}: gender and age are unknown (-1 and 0), the model folder has no genderage model`,
        ]
      : []),
    ...rejectedLines(summary),
  ];
}

function genderAgeFormats(): string {
  return formatsOf()
    .flatMap(({ name, needs }) => (needs?.genderAge ? [name] : []))
    .join(', ');
}

function candidatesLine({ groups, rejected }: NonNullable<SwapManifest['candidates']>): string {
  const faces = (some: typeof groups) => some.reduce((sum, group) => sum + group.faces, 0);
  const near = groups.filter(({ faceset }) => faceset !== undefined);
  const others = groups.filter(({ faceset }) => faceset === undefined);
  return (
    `Candidates: ${count(faces(near), 'face')} near a faceset, ${count(faces(others), 'face')} of ` +
    `${count(others.length, 'new person', 'new people')}, ${rejected.length} rejected`
  );
}
