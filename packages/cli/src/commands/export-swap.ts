import { resolve } from 'node:path';
import { fileSha256 } from '@face-sets/files';
import { SELECT_MODES, SWAP_FORMATS, type SwapFormat } from '@face-sets/fsz-export';
import { readManifest, type SwapManifest } from '@face-sets/manifests';
import { type ExportSwapInput, type ExportSwapResult, exportSwap } from '@face-sets/outputs';
import { Command, Option } from 'commander';
import { cacheName } from '../cache-name.js';
import { requireWritable } from '../check-arguments.js';
import { tellRecovered } from '../collection-options.js';
import { UsageError } from '../failure.js';
import { formatNamed } from '../format-named.js';
import { manifestAt, outputAt } from '../locate-output.js';
import { type ExportSettings, openExport } from '../open-export.js';
import {
  addCommonOptions,
  addModelOptions,
  type CommonOptions,
  cosineDistance,
  list,
  type ModelOptions,
  numberBetween,
  wholeNumber,
} from '../options.js';
import { addYearOptions, type ExportYearOptions, exportYears } from '../photo-years.js';
import { startProgress } from '../progress.js';
import { cacheFile } from '../read-cache.js';
import { count, printResult } from '../result.js';

/** `face-sets export-swap CACHE REFINE_MANIFEST OUT`. */
export function exportSwapCommand(): Command {
  const command = new Command('export-swap')
    .description('export each faceset as ranked single-face crops and .fsz bundles below OUT')
    .argument('<cache>', 'face cache (.npz)', cacheName)
    .argument('<refine_manifest>', 'refine_manifest.json of refine, or its folder', (path) =>
      manifestAt('refine', path),
    )
    .argument('<out>', 'output folder: new, empty, or of an earlier export-swap', (path) =>
      outputAt('export-swap', path),
    );
  addExportOptions(command, 'outlier-threshold');
  command
    .option('--candidates', 'sort faces that are alone in the raw clusters into _candidates/')
    .option('--raw-manifest <file>', 'manifest.json of cluster, for --candidates', (path) =>
      manifestAt('cluster', path),
    )
    .option(
      '--candidate-match-threshold <distance>',
      'a face no farther from a faceset may belong to it',
      cosineDistance,
      0.55,
    )
    .option(
      '--candidate-group-threshold <distance>',
      'distance up to which the others are one new person (default: 0.1 more than the match threshold)',
      cosineDistance,
    )
    .option('--candidate-min-score <score>', 'leave out worse candidates', numberBetween(0, 1), 0.4)
    .option('--merge', 'leave facesets of an earlier export that are not in the manifest as they are');
  return addCommonOptions(addModelOptions(command)).action(
    async (cache: string, manifest: string, out: string, options: ExportOptions) => {
      const result = await exportSwapStep(cache, manifest, out, options);
      printResult(result, exportSwapLines(result), options);
    },
  );
}

export interface ExportOptions extends CommonOptions, ModelOptions, ExportSettings, ExportYearOptions {
  candidates?: boolean;
  rawManifest?: string;
  candidateMatchThreshold?: number;
  candidateGroupThreshold?: number;
  candidateMinScore?: number;
  merge?: boolean;
}

const DEFAULT_TOP_N = [30];
const DEFAULT_FORMATS: SwapFormat[] = ['fsz'];
const DEFAULT_VERIFY_SIZES = [640, 320];

/**
 * Options of this step, shared with `run`.
 *
 * @param outlier what the outlier gate is called: `run` has another of that name for its refine step
 */
export function addExportOptions(command: Command, outlier: string): Command {
  command
    .option(
      '--top-n <n,…>',
      'faces in the small bundle; several sizes give several bundles',
      list(DEFAULT_TOP_N, wholeNumber(1)),
      DEFAULT_TOP_N,
    )
    .addOption(
      new Option(
        '--select <how>',
        'faces of the small bundles: best scores, or diverse in pose, light and year with a steady mean',
      )
        .choices(SELECT_MODES)
        .default('diverse'),
    )
    .option(
      '--format <name,…>',
      `what to write: ${SWAP_FORMATS.join(', ')}`,
      list(DEFAULT_FORMATS, formatNamed),
      DEFAULT_FORMATS,
    )
    .option('--trigger-word <word>', 'what captions of the lora format call the person', 'ohwx')
    .option(
      '--verify-sizes <px,…>',
      'detector sizes at which a crop must show exactly one face',
      list(DEFAULT_VERIFY_SIZES, wholeNumber(32)),
      DEFAULT_VERIFY_SIZES,
    )
    .option(
      '--duplicate-threshold <distance>',
      'look for near-duplicates among faces up to this distance; 0: keep them all',
      cosineDistance,
      0.15,
    )
    .option(`--${outlier} <distance>`, 'leave out a face farther from the centroid', cosineDistance, 0.45)
    .option('--pad-ratio <ratio>', 'padding on each side, of the longer bbox side', numberBetween(0, 10), 0.5)
    .option('--out-size <px>', 'side of a crop', wholeNumber(16, 8192), 512)
    .option(
      '--min-face-short <px>',
      'export: least shorter side of the face box, pixels',
      numberBetween(0, Infinity),
      100,
    )
    .option('--no-dates', 'do not read when photos were taken: a diverse selection covers the years');
  return addYearOptions(command);
}

/** What `export-swap` reports. */
export interface ExportSwapReport {
  out: string;
  summary: SwapManifest['summary'];
  facesets: SwapManifest['facesets'];
  candidates?: SwapManifest['candidates'];
  /** With the format safetensors: whether its files say gender and age, for which the pack needs a genderage model. */
  gender_age?: boolean;
  /** Faces that were ranked without landmarks, since the pack has no model for them. */
  ranked_without_landmarks?: number;
  written: ExportSwapResult['written'];
  unchanged: ExportSwapResult['unchanged'];
  /** Of these, those whose bundles got the person's new name. */
  renamed: ExportSwapResult['renamed'];
}

/** Exports the facesets of a refine manifest, with progress on standard error. */
export async function exportSwapStep(
  cachePath: string,
  refineManifest: string,
  out: string,
  options: ExportOptions,
): Promise<ExportSwapReport> {
  const refine = await readManifest(refineManifest, 'refine');
  const candidates = await candidateOptions(options);
  await requireWritable(out);
  // Candidates are ranked too, and may be any faces.
  const photos = candidates
    ? undefined
    : new Set(refine.facesets.flatMap(({ faces }) => faces.map(({ sha256 }) => sha256)));
  const { cache, finder, settings, guesses, withoutLandmarks } = await openExport(cachePath, options, photos);
  const progress = startProgress('Exporting', 'faces', { quiet: options.quiet ?? false });
  try {
    const { manifest, written, unchanged, renamed } = await exportSwap({
      cache,
      cacheFile: await cacheFile(cachePath),
      refine,
      refineFile: { path: resolve(refineManifest), sha256: await fileSha256(refineManifest) },
      out,
      finder,
      candidates,
      years: exportYears(cachePath, options),
      merge: options.merge,
      options: settings,
      onProgress: ({ faces, totalFaces }) => progress.update(faces, totalFaces),
      onRecovered: tellRecovered(options),
    });
    progress.finish(`Exported ${count(manifest.summary.facesets, 'faceset')}`);
    const { summary, facesets } = manifest;
    return {
      out,
      summary,
      facesets,
      candidates: manifest.candidates,
      ...(options.format.includes('safetensors') ? { gender_age: guesses } : {}),
      ...(withoutLandmarks > 0 ? { ranked_without_landmarks: withoutLandmarks } : {}),
      written,
      unchanged,
      renamed,
    };
  } catch (error) {
    progress.stop();
    throw error;
  }
}

async function candidateOptions(options: ExportOptions): Promise<ExportSwapInput['candidates']> {
  const { candidates, rawManifest } = options;
  if (!candidates && !rawManifest) return undefined;
  if (!candidates) throw new UsageError('--raw-manifest is for --candidates, which is missing');
  if (!rawManifest) {
    throw new UsageError('--candidates needs --raw-manifest FILE, the manifest.json that cluster wrote');
  }
  return {
    raw: await readManifest(rawManifest, 'cluster'),
    rawFile: { path: resolve(rawManifest), sha256: await fileSha256(rawManifest) },
    matchThreshold: options.candidateMatchThreshold,
    groupThreshold: options.candidateGroupThreshold,
    minScore: options.candidateMinScore,
  };
}

/** The result for people. */
export function exportSwapLines({
  out,
  summary,
  candidates,
  gender_age: genderAge,
  written,
  unchanged,
  renamed,
}: ExportSwapReport): string[] {
  const reasons = Object.entries(summary.rejected_by).map(([code, n]) => `${code} ${n}`);
  return [
    `${out}: ${count(summary.facesets, 'faceset')} of ${count(summary.faces, 'face')} ` +
      `(${written.length} written, ${unchanged.length} up to date), ${summary.thin} thin, ${summary.empty} empty`,
    ...(renamed.length > 0
      ? [`${count(renamed.length, 'faceset')} renamed, as the person is called now`]
      : []),
    ...(candidates ? [candidatesLine(candidates)] : []),
    ...(genderAge === false
      ? ['safetensors: gender and age are unknown (-1 and 0), the model folder has no genderage model']
      : []),
    ...(reasons.length > 0 ? [`${count(summary.rejected, 'face')} left out: ${reasons.join(', ')}`] : []),
  ];
}

function candidatesLine({ groups, rejected }: NonNullable<SwapManifest['candidates']>): string {
  const faces = (some: typeof groups) => some.reduce((sum, group) => sum + group.faces, 0);
  const near = groups.filter(({ faceset }) => faceset !== undefined);
  const others = groups.filter(({ faceset }) => faceset === undefined);
  return (
    `Candidates: ${count(faces(near), 'face')} near a faceset, ${count(faces(others), 'face')} of ` +
    `${count(others.length, 'new person', 'new people')}, ${rejected.length} of no use`
  );
}
