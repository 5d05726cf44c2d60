import { refine } from '@face-sets/cluster';
import type { OptionValues, RefineManifest } from '@face-sets/manifests';
import { outputIsCurrent, refineOutcomes, writeRefinedFolders } from '@face-sets/outputs';
import { gateFace } from '@face-sets/quality';
import { Command } from 'commander';
import {
  type AlgorithmOptions,
  addAlgorithmOptions,
  clusterBy,
  similarityBackend,
  usedAlgorithm,
} from '../algorithm.js';
import { cacheName } from '../cache-name.js';
import { type FacesetHints, facesetHints, hintLines } from '../faceset-hints.js';
import { outputAt } from '../locate-output.js';
import {
  addCommonOptions,
  addGateOptions,
  type CommonOptions,
  cosineDistance,
  type GateOptions,
  wholeNumber,
} from '../options.js';
import { startProgress } from '../progress.js';
import { cacheFile, readCache } from '../read-cache.js';
import { count, printResult, skippedFiles } from '../result.js';
import { addLinkOption, addReclusterOption, type ClusterOptions, requireReclusterable } from './cluster.js';

/** `face-sets refine CACHE OUT`. */
export function refineCommand(): Command {
  const command = new Command('refine')
    .description('keep the people with enough good photos: a faceset folder for each below OUT')
    .argument('<cache>', 'face cache (.npz)', cacheName)
    .argument('<out>', 'output folder: new, empty, or of an earlier refine', (path) =>
      outputAt('refine', path),
    );
  return addCommonOptions(
    addReclusterOption(addLinkOption(addAlgorithmOptions(addRefineOptions(command)))),
  ).action(async (cache: string, out: string, options: RefineOptions) => {
    const result = await refineStep(cache, out, options);
    printResult(result, refineLines(result), options);
  });
}

export interface RefineOptions
  extends CommonOptions,
    AlgorithmOptions,
    GateOptions,
    Pick<ClusterOptions, 'link' | 'recluster'> {
  initialThreshold: number;
  mergeThreshold: number;
  outlierThreshold: number;
  minFaces: number;
}

/** Options of this step, shared with `run`. */
export function addRefineOptions(command: Command): Command {
  command
    .option('--initial-threshold <distance>', 'cosine distance of the first clustering', cosineDistance, 0.55)
    .option('--merge-threshold <distance>', 'merge clusters whose centroids are within', cosineDistance, 0.4)
    .option(
      '--outlier-threshold <distance>',
      'drop a face farther than this from its centroid (clusters of 4 and more)',
      cosineDistance,
      0.55,
    )
    .option('--min-faces <n>', 'refine: photos that a faceset needs', wholeNumber(1), 15);
  return addGateOptions(command, 'refine: ');
}

/** What `refine` reports. */
export interface RefineResult {
  out: string;
  /** The output was there already, made from the same cache with the same options. */
  upToDate: boolean;
  summary: RefineManifest['summary'];
  fileErrors: RefineManifest['file_errors'];
  /** What would give more facesets; missing where an output was extended. */
  hints?: FacesetHints;
}

/** Refines the faces of `cachePath` and writes the faceset folders. */
export async function refineStep(
  cachePath: string,
  out: string,
  options: RefineOptions,
): Promise<RefineResult> {
  const algorithm = usedAlgorithm(options);
  const { initialThreshold, mergeThreshold, outlierThreshold, minFaces, link, recluster } = options;
  const { minShort, minBlur, minDetScore } = options;
  const thresholds = { mergeThreshold, outlierThreshold, minFaces };
  const gates = { minShort, minBlur, minDetScore };
  const cut: Record<string, number> = algorithm.algorithm === 'hdbscan' ? {} : { initialThreshold };
  // of clusters found by single linkage or hdbscan, the merge of centroids still takes account of photos
  const { cannotLink } = options;
  const used: OptionValues = { ...algorithm, cannotLink, ...cut, ...thresholds, ...gates, link };
  const file = await cacheFile(cachePath);
  if (!recluster) await requireReclusterable(out, 'refine', `extend CACHE RAW_OUT --refine-out ${out}`);
  const current = await outputIsCurrent(out, 'refine', { cacheSha256: file.sha256, options: used });
  if (current) return { out, upToDate: true, ...reported(current) };

  const progress = startProgress('Refining', 'files', { quiet: options.quiet ?? false });
  try {
    const cache = await readCache(cachePath, ['embedding', 'bbox', 'detScore', 'blur']);
    const gateReasons = Array.from({ length: cache.faceCount }, (_, row) =>
      gateFace(
        {
          bbox: cache.bbox.subarray(4 * row, 4 * row + 4),
          blur: cache.blur[row]!,
          detScore: cache.detScore[row]!,
        },
        gates,
      ),
    );
    const matrix = { data: cache.embedding, rows: cache.faceCount, cols: cache.dim };
    const initialLabels = await clusterBy(matrix, algorithm, initialThreshold, cache.imageIndex);
    const { outcomes } = await refine(matrix, {
      imageIndex: cache.imageIndex,
      gateReasons,
      initialLabels,
      similarity: similarityBackend(),
      constraints: cannotLink ? { imageIndex: cache.imageIndex } : undefined,
      ...cut,
      ...thresholds,
    });
    const { manifest } = await writeRefinedFolders({
      cache,
      cacheFile: file,
      outcomes: refineOutcomes(outcomes),
      out,
      options: used,
      link,
      recluster,
      onProgress: ({ done, total }) => progress.update(done, total),
    });
    progress.finish(
      `Refined ${count(cache.faceCount, 'face')}: ${count(manifest.summary.facesets, 'faceset')}`,
    );
    return { out, upToDate: false, ...reported(manifest) };
  } catch (error) {
    progress.stop();
    throw error;
  }
}

function reported(manifest: RefineManifest): Pick<RefineResult, 'summary' | 'fileErrors' | 'hints'> {
  return {
    summary: manifest.summary,
    fileErrors: manifest.file_errors,
    hints: facesetHints(manifest),
  };
}

/** The result for people. */
export function refineLines({ out, upToDate, summary, fileErrors, hints }: RefineResult): string[] {
  const reasons = Object.entries(summary.rejected_by).map(([code, n]) => `${code} ${n}`);
  return [
    `${out}: ${count(summary.facesets, 'faceset')} of ${count(summary.faces, 'face')}` +
      (upToDate ? ' (nothing to do: up to date)' : ''),
    ...(reasons.length > 0 ? [`${count(summary.rejected, 'face')} left out: ${reasons.join(', ')}`] : []),
    ...skippedFiles(fileErrors),
    ...(hints ? hintLines(hints) : []),
  ];
}
