import { embeddingMatrix } from '@face-sets/cache-npz';
import { DEFAULT_REFINE_OPTIONS } from '@face-sets/cluster';
import type { ClusterManifest, OptionValues } from '@face-sets/manifests';
import { type LinkMode, outputIsCurrent, requireNumbersFree, writePersonFolders } from '@face-sets/outputs';
import { ALGORITHM_DEFAULTS, type AlgorithmOptions, clusterBy, usedAlgorithm } from '../shared/algorithm.js';
import { inStage, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { withDefaults } from '../shared/defined.js';
import { warnOfForeignThresholds } from '../shared/foreign-thresholds.js';
import { cacheFile, readCache } from '../shared/read-cache.js';

/** Options of {@link cluster}. */
export interface ClusterOptions extends StepOptions, Partial<AlgorithmOptions> {
  /** Cosine distance up to which faces are one person. @default 0.55 */
  threshold?: number;
  /** How photos are placed. @default 'clone' */
  link?: LinkMode;
  /** Renumber everyone, even if the output was extended or folders were renamed. Default false. */
  recluster?: boolean;
}

/** Defaults of `cluster`. */
export const CLUSTER_DEFAULTS = {
  ...ALGORITHM_DEFAULTS,
  threshold: DEFAULT_REFINE_OPTIONS.initialThreshold,
  link: 'clone',
} as const;

/** What `cluster` reports. */
export interface ClusterResult {
  out: string;
  /** The output was up to date: made from the same cache with the same options. */
  upToDate: boolean;
  summary: ClusterManifest['summary'];
  fileErrors: ClusterManifest['file_errors'];
}

/**
 * Clusters the faces of a cache and writes a folder for each person.
 *
 * @param out new, empty, or of an earlier cluster
 * @throws KeptNumbersError where an output must keep its numbers, InvalidOptionsError for options of the other algorithm
 */
export async function cluster(
  cachePath: string,
  out: string,
  given: ClusterOptions = {},
): Promise<ClusterResult> {
  const options = withDefaults(given, CLUSTER_DEFAULTS);
  const algorithm = usedAlgorithm(options, { threshold: given.threshold });
  const file = await cacheFile(cachePath);
  const { threshold, link, recluster } = options;
  if (!recluster) await requireNumbersFree(out, 'cluster');
  const cut: OptionValues = algorithm.algorithm === 'hdbscan' ? {} : { threshold };
  const used: OptionValues = { ...algorithm, ...cut, link };
  const current = await outputIsCurrent(out, 'cluster', { cacheSha256: file.sha256, options: used });
  if (current) {
    return { out, upToDate: true, summary: current.summary, fileErrors: current.file_errors };
  }
  return inStage(options, 'Clustering', 'files', async (stage) => {
    const cache = await readCache(cachePath, ['embedding', 'bbox', 'detScore', 'blur']);
    if (algorithm.algorithm !== 'hdbscan') warnOfForeignThresholds(cache.meta.models, given, ['threshold']);
    const labels = await clusterBy(embeddingMatrix(cache), algorithm, threshold, cache.imageIndex);
    options.signal?.throwIfAborted();
    const { manifest } = await writePersonFolders({
      cache,
      cacheFile: file,
      labels,
      out,
      options: used,
      link,
      recluster,
      signal: options.signal,
      onProgress: stage.onItems,
    });
    return {
      result: { out, upToDate: false, summary: manifest.summary, fileErrors: manifest.file_errors },
      summary: `Clustered ${count(cache.faceCount, 'face')}: ${count(manifest.summary.people, 'person', 'people')}`,
    };
  });
}
