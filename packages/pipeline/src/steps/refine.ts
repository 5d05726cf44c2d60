import { embeddingMatrix } from '@face-sets/cache-npz';
import { DEFAULT_REFINE_OPTIONS, refine as refineClusters } from '@face-sets/cluster';
import type { OptionValues, RefineManifest } from '@face-sets/manifests';
import { outputIsCurrent, refineOutcomes, requireNumbersFree, writeRefinedFolders } from '@face-sets/outputs';
import { DEFAULT_GATES, gateFace } from '@face-sets/quality';
import {
  ALGORITHM_DEFAULTS,
  type AlgorithmOptions,
  clusterBy,
  similarityBackend,
  usedAlgorithm,
} from '../shared/algorithm.js';
import { inStage, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { withDefaults } from '../shared/defined.js';
import { type FacesetHints, facesetHints } from '../shared/faceset-hints.js';
import { warnOfForeignThresholds } from '../shared/foreign-thresholds.js';
import type { GateOptions } from '../shared/options.js';
import { cacheFile, readCache } from '../shared/read-cache.js';
import { CLUSTER_DEFAULTS, type ClusterOptions } from './cluster.js';

/** Options of {@link refine}. */
export interface RefineOptions
  extends StepOptions,
    Partial<AlgorithmOptions>,
    GateOptions,
    Pick<ClusterOptions, 'link' | 'recluster'> {
  /** Cosine distance of the first clustering. @default 0.55 */
  initialThreshold?: number;
  /** Merge clusters whose centroids are closer than this. @default 0.4 */
  mergeThreshold?: number;
  /** Drop faces farther than this from their centroid (clusters of 4 or more). @default 0.55 */
  outlierThreshold?: number;
  /** Photos a faceset needs. @default 15 */
  minFaces?: number;
}

/** Defaults of `refine`. */
export const REFINE_DEFAULTS = {
  ...ALGORITHM_DEFAULTS,
  ...DEFAULT_GATES,
  initialThreshold: DEFAULT_REFINE_OPTIONS.initialThreshold,
  mergeThreshold: DEFAULT_REFINE_OPTIONS.mergeThreshold,
  outlierThreshold: DEFAULT_REFINE_OPTIONS.outlierThreshold,
  minFaces: DEFAULT_REFINE_OPTIONS.minFaces,
  link: CLUSTER_DEFAULTS.link,
} as const;

/** What `refine` reports. */
export interface RefineResult {
  out: string;
  /** The output was up to date: made from the same cache with the same options. */
  upToDate: boolean;
  summary: RefineManifest['summary'];
  fileErrors: RefineManifest['file_errors'];
  /** What would give more facesets; missing where an output was extended. */
  hints?: FacesetHints;
}

/**
 * Keeps the people with enough good photos, and writes one faceset folder for each.
 *
 * @param out new, empty, or of an earlier refine
 * @throws KeptNumbersError where an output must keep its numbers, InvalidOptionsError for options of the other algorithm
 */
export async function refine(
  cachePath: string,
  out: string,
  given: RefineOptions = {},
): Promise<RefineResult> {
  const options = withDefaults(given, REFINE_DEFAULTS);
  const algorithm = usedAlgorithm(options, { initialThreshold: given.initialThreshold });
  const { initialThreshold, mergeThreshold, outlierThreshold, minFaces, link, recluster } = options;
  const { minShort, minBlur, minDetScore } = options;
  const thresholds = { mergeThreshold, outlierThreshold, minFaces };
  const gates = { minShort, minBlur, minDetScore };
  const cut: Record<string, number> = algorithm.algorithm === 'hdbscan' ? {} : { initialThreshold };
  // of clusters found by single linkage or hdbscan, the merge of centroids still takes account of photos
  const { cannotLink } = options;
  const used: OptionValues = { ...algorithm, cannotLink, ...cut, ...thresholds, ...gates, link };
  const file = await cacheFile(cachePath);
  if (!recluster) await requireNumbersFree(out, 'refine');
  const current = await outputIsCurrent(out, 'refine', { cacheSha256: file.sha256, options: used });
  if (current) return { out, upToDate: true, ...reported(current) };

  return inStage(options, 'Refining', 'files', async (stage) => {
    const cache = await readCache(cachePath, ['embedding', 'bbox', 'detScore', 'blur']);
    const cuts = algorithm.algorithm === 'hdbscan' ? [] : (['initialThreshold'] as const);
    warnOfForeignThresholds(cache.meta.models, given, [...cuts, 'mergeThreshold', 'outlierThreshold']);
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
    const matrix = embeddingMatrix(cache);
    const initialLabels = await clusterBy(matrix, algorithm, initialThreshold, cache.imageIndex);
    options.signal?.throwIfAborted();
    const { outcomes } = await refineClusters(matrix, {
      imageIndex: cache.imageIndex,
      gateReasons,
      initialLabels,
      similarity: similarityBackend(),
      constraints: cannotLink ? { imageIndex: cache.imageIndex } : undefined,
      ...cut,
      ...thresholds,
    });
    options.signal?.throwIfAborted();
    const { manifest } = await writeRefinedFolders({
      cache,
      /* jscpd:ignore-start: the settings that every writer of folders takes */
      cacheFile: file,
      outcomes: refineOutcomes(outcomes),
      out,
      options: used,
      link,
      recluster,
      signal: options.signal,
      onProgress: stage.onItems,
    });
    /* jscpd:ignore-end */
    return {
      result: { out, upToDate: false, ...reported(manifest) },
      summary: `Refined ${count(cache.faceCount, 'face')}: ${count(manifest.summary.facesets, 'faceset')}`,
    };
  });
}

function reported(manifest: RefineManifest): Pick<RefineResult, 'summary' | 'fileErrors' | 'hints'> {
  return {
    summary: manifest.summary,
    fileErrors: manifest.file_errors,
    hints: facesetHints(manifest),
  };
}
