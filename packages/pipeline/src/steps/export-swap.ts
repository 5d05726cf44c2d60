import { resolve } from 'node:path';
import { fileSha256 } from '@face-sets/files';
import { resolveSwapOptions } from '@face-sets/fsz-export';
import { readManifest, type SwapManifest } from '@face-sets/manifests';
import {
  type ExportSwapInput,
  type ExportSwapResult,
  exportSwap as exportFacesets,
} from '@face-sets/outputs';
import { requireWritable } from '../shared/check-arguments.js';
import { tellRecovered } from '../shared/collection-cache.js';
import { inStage, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { InvalidOptionsError, option } from '../shared/errors.js';
import { warnOfForeignThresholds } from '../shared/foreign-thresholds.js';
import { type ExportSettings, openExport, statesGenderAge } from '../shared/open-finder.js';
import type { ModelOptions } from '../shared/options.js';
import { type ExportYearOptions, exportYears } from '../shared/photo-years.js';
import { cacheFile } from '../shared/read-cache.js';

/** Options of {@link exportSwap}; what is not given is as in `exportSwap` of outputs. */
export interface ExportOptions extends StepOptions, ModelOptions, ExportSettings, ExportYearOptions {
  /** Sort faces not assigned to anyone in the raw clusters into `_candidates/`; needs `rawManifest`. Default false. */
  candidates?: boolean;
  /** The `manifest.json` of `cluster`. */
  rawManifest?: string;
  /** Cosine distance up to which a face may belong to a faceset. @default 0.55 */
  candidateMatchThreshold?: number;
  /** Cosine distance up to which the remaining faces count as one new person. Default: 0.1 more than `candidateMatchThreshold`. */
  candidateGroupThreshold?: number;
  /** Minimum score of a candidate. @default 0.4 */
  candidateMinScore?: number;
  /** Keep facesets from an earlier export that are not in the manifest. Default false. */
  merge?: boolean;
}

/** What `export-swap` reports. */
export interface ExportSwapReport {
  out: string;
  summary: SwapManifest['summary'];
  facesets: SwapManifest['facesets'];
  candidates?: SwapManifest['candidates'];
  /** With a format that holds gender and age: whether they are known, for which the pack needs a genderage model. */
  gender_age?: boolean;
  /** Faces that were ranked without landmarks, since the pack has no model for them. */
  ranked_without_landmarks?: number;
  written: ExportSwapResult['written'];
  unchanged: ExportSwapResult['unchanged'];
  /** Of these, those whose bundles got the person's new name. */
  renamed: ExportSwapResult['renamed'];
}

/**
 * Exports the facesets of a refine manifest as ranked single-face crops and bundles.
 *
 * @param refineManifest path of a `refine_manifest.json`
 * @param out new, empty, or of an earlier export
 */
export async function exportSwap(
  cachePath: string,
  refineManifest: string,
  out: string,
  options: ExportOptions = {},
): Promise<ExportSwapReport> {
  const refine = await readManifest(refineManifest, 'refine');
  const candidates = await candidateOptions(options);
  await requireWritable(out);
  // Candidates are ranked too, and may be any faces.
  const photos = candidates
    ? undefined
    : new Set(refine.facesets.flatMap(({ faces }) => faces.map(({ sha256 }) => sha256)));
  const { cache, finder, settings, guesses, withoutLandmarks } = await openExport(cachePath, options, photos);
  warnOfForeignThresholds(cache.meta.models, options, [
    ...EXPORT_THRESHOLDS,
    ...(candidates ? (['candidateMatchThreshold'] as const) : []),
  ]);
  return inStage(options, 'Exporting', 'faces', async (stage) => {
    const { manifest, written, unchanged, renamed } = await exportFacesets({
      cache,
      cacheFile: await cacheFile(cachePath),
      refine,
      refineFile: { path: resolve(refineManifest), sha256: await fileSha256(refineManifest) },
      out,
      finder,
      candidates,
      years: exportYears(cachePath, options),
      merge: options.merge,
      signal: options.signal,
      options: settings,
      onProgress: stage.onFaces,
      onRecovered: tellRecovered(options),
    });
    const { summary, facesets } = manifest;
    const result = {
      out,
      summary,
      facesets,
      candidates: manifest.candidates,
      ...(statesGenderAge(options.formats) ? { gender_age: guesses } : {}),
      ...(withoutLandmarks > 0 ? { ranked_without_landmarks: withoutLandmarks } : {}),
      written,
      unchanged,
      renamed,
    };
    return { result, summary: `Exported ${count(manifest.summary.facesets, 'faceset')}` };
  });
}

/** Defaults of an export. */
export const EXPORT_DEFAULTS = resolveSwapOptions();

/** Thresholds of every export that have defaults. */
export const EXPORT_THRESHOLDS = ['duplicateThreshold', 'outlierThreshold'] as const;

async function candidateOptions(options: ExportOptions): Promise<ExportSwapInput['candidates']> {
  const { candidates, rawManifest } = options;
  if (!candidates && !rawManifest) return undefined;
  if (!candidates)
    throw new InvalidOptionsError(
      `${option('rawManifest')} is for ${option('candidates')}, which is missing`,
    );
  if (!rawManifest) {
    throw new InvalidOptionsError(
      `${option('candidates')} needs ${option('rawManifest')}, the manifest.json that cluster wrote`,
    );
  }
  return {
    raw: await readManifest(rawManifest, 'cluster'),
    rawFile: { path: resolve(rawManifest), sha256: await fileSha256(rawManifest) },
    matchThreshold: options.candidateMatchThreshold,
    groupThreshold: options.candidateGroupThreshold,
    minScore: options.candidateMinScore,
  };
}
