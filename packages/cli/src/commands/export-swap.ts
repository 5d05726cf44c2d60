import { resolve } from 'node:path';
import { checkSameMaking } from '@face-sets/cache-npz';
import { decodeImage, type FaceAnalyzer, type Rotation, rotateImage } from '@face-sets/face-embed';
import {
  type ExportSwapResult,
  exportSwap,
  type FaceFinder,
  fileSha256,
  readManifest,
  type SwapManifest,
} from '@face-sets/fsz-export';
import { Command } from 'commander';
import { openModels } from '../open-models.js';
import {
  addCommonOptions,
  addModelOptions,
  type CommonOptions,
  cosineDistance,
  type ModelOptions,
  numberBetween,
  wholeNumber,
} from '../options.js';
import { startProgress } from '../progress.js';
import { cacheFile, readCache } from '../read-cache.js';
import { count, printResult } from '../result.js';

/** `face-sets export-swap CACHE REFINE_MANIFEST OUT`. */
export function exportSwapCommand(): Command {
  const command = new Command('export-swap')
    .description('export each faceset as ranked single-face crops and .fsz bundles below OUT')
    .argument('<cache>', 'face cache (.npz)')
    .argument('<refine_manifest>', 'refine_manifest.json of refine')
    .argument('<out>', 'output folder: new, empty, or of an earlier export-swap');
  addExportOptions(command, 'outlier-threshold');
  return addCommonOptions(addModelOptions(command)).action(
    async (cache: string, manifest: string, out: string, options: ExportOptions) => {
      const result = await exportSwapStep(cache, manifest, out, options);
      printResult(result, exportSwapLines(result), options);
    },
  );
}

export interface ExportOptions extends CommonOptions, ModelOptions {
  topN: number;
  outlierThreshold: number;
  padRatio: number;
  outSize: number;
  minFaceShort: number;
}

/**
 * Options of this step, shared with `run`.
 *
 * @param outlier what the outlier gate is called: `run` has another of that name for its refine step
 */
export function addExportOptions(command: Command, outlier: string): Command {
  return command
    .option('--top-n <n>', 'faces in the small bundle, the best ones', wholeNumber(1), 30)
    .option(`--${outlier} <distance>`, 'leave out a face farther from the centroid', cosineDistance, 0.45)
    .option('--pad-ratio <ratio>', 'padding on each side, of the longer bbox side', numberBetween(0, 10), 0.5)
    .option('--out-size <px>', 'side of a crop', wholeNumber(16, 8192), 512)
    .option(
      '--min-face-short <px>',
      'export: least shorter side of the face box, pixels',
      numberBetween(0, Infinity),
      100,
    );
}

/** What `export-swap` reports. */
export interface ExportSwapReport {
  out: string;
  summary: SwapManifest['summary'];
  facesets: SwapManifest['facesets'];
  written: ExportSwapResult['written'];
  unchanged: ExportSwapResult['unchanged'];
}

/** Exports the facesets of a refine manifest, with progress on standard error. */
export async function exportSwapStep(
  cachePath: string,
  refineManifest: string,
  out: string,
  options: ExportOptions,
): Promise<ExportSwapReport> {
  const refine = await readManifest(refineManifest, 'refine');
  const models = await openModels(options, ['detection', 'recognition']);
  const cache = await readCache(cachePath, [
    'embedding',
    'bbox',
    'kps',
    'detScore',
    'blur',
    'landmark2d106',
    'landmark3d68',
    'pose',
  ]);
  const { models: used } = models.cacheSettings;
  checkSameMaking(cachePath, cache.meta, { models: used }, false);
  const progress = startProgress('Exporting', 'faces', { quiet: options.quiet ?? false });
  try {
    const { manifest, written, unchanged } = await exportSwap({
      cache,
      cacheFile: await cacheFile(cachePath),
      refine,
      refineFile: { path: resolve(refineManifest), sha256: await fileSha256(refineManifest) },
      out,
      finder: faceFinder(models.analyzer, `${used!.detection.sha256} ${used!.recognition.sha256}`),
      options: {
        topN: options.topN,
        outlierThreshold: options.outlierThreshold,
        padRatio: options.padRatio,
        outSize: options.outSize,
        minFaceShort: options.minFaceShort,
      },
      onProgress: ({ faces, totalFaces }) => progress.update(faces, totalFaces),
    });
    progress.finish(`Exported ${count(manifest.summary.facesets, 'faceset')}`);
    return { out, summary: manifest.summary, facesets: manifest.facesets, written, unchanged };
  } catch (error) {
    progress.stop();
    throw error;
  }
}

/** The eyes of the export: our decoder and the models, which `identity` names. */
function faceFinder(analyzer: FaceAnalyzer, identity: string): FaceFinder {
  return {
    identity,
    decode: async (path, rotation = 0) => rotateImage((await decodeImage(path)).image, rotation as Rotation),
    find: (image, size) => analyzer.analyze(image, { sizes: [size] }),
  };
}

/** The result for people. */
export function exportSwapLines({ out, summary, written, unchanged }: ExportSwapReport): string[] {
  const reasons = Object.entries(summary.rejected_by).map(([code, n]) => `${code} ${n}`);
  return [
    `${out}: ${count(summary.facesets, 'faceset')} of ${count(summary.faces, 'face')} ` +
      `(${written.length} written, ${unchanged.length} up to date), ${summary.thin} thin, ${summary.empty} empty`,
    ...(reasons.length > 0 ? [`${count(summary.rejected, 'face')} left out: ${reasons.join(', ')}`] : []),
  ];
}
