import { existsSync } from 'node:fs';
import { embeddingMatrix } from '@face-sets/cache-npz';
import { DEFAULT_REFINE_OPTIONS, type Linkage, refine, thresholdSweep } from '@face-sets/cluster';
import { type ClusterManifest, type RefineManifest, recordedOptions } from '@face-sets/manifests';
import { ALGORITHM_DEFAULTS, OWN_DEFAULTS, similarityBackend } from './algorithm.js';
import { inStage, type StepOptions } from './context.js';
import { InvalidOptionsError, option, PipelineError } from './errors.js';
import { cacheFile, readCache } from './read-cache.js';

/** The partitions of a manifest's faces at several thresholds. */
export interface Sweep {
  /** Path of the cache. */
  cache: string;
  /** Ascending, with that of the manifest among them. */
  thresholds: number[];
  /** The manifest's own threshold. */
  own: number;
  /** For each threshold a label for each row of the cache; negative for a face in no cluster. */
  labels: Int32Array[];
}

/** Options of a manifest that does not say. */
const DEFAULTS: { linkage: Linkage; cannotLink: boolean } = {
  linkage: OWN_DEFAULTS.linkage,
  cannotLink: ALGORITHM_DEFAULTS.cannotLink,
};

/** Why a face did not pass the quality gate of refine, which no threshold of the clustering changes. */
const GATES = new Set(['short-edge', 'blur', 'det-score']);

/**
 * Does again what `cluster` or `refine` did for a manifest, with other thresholds and otherwise the same options, but without
 * what people decided. Of `refine` it is `initialThreshold` that changes.
 *
 * @param asked.cache where the cache is; default: where the manifest says
 * @throws {PipelineError} when the cache is not there or has changed since
 */
export async function sweepThresholds(
  manifest: ClusterManifest | RefineManifest,
  thresholds: readonly number[],
  asked: { cache?: string | undefined } & StepOptions,
): Promise<Sweep> {
  const { cache: cachePath = manifest.cache.path } = asked;
  const { options } = manifest;
  if (options.algorithm === 'hdbscan') {
    throw new InvalidOptionsError(
      `${option('sweep')} tries thresholds, but this manifest was made by hdbscan, which has none`,
    );
  }
  if (!existsSync(cachePath)) {
    throw new PipelineError(`the cache ${cachePath} is not there; say where it is with ${option('cache')}`);
  }
  const file = await cacheFile(cachePath);
  if (file.sha256 !== manifest.cache.sha256) {
    throw new PipelineError(
      `${cachePath} is not the cache that the manifest was made from, or has changed since: make the manifest again`,
    );
  }
  const own = Number(manifest.kind === 'cluster' ? options.threshold : options.initial_threshold);
  const all = [...new Set([...thresholds, ...(Number.isFinite(own) ? [own] : [])])].sort((a, b) => a - b);
  const cache = await readCache(cachePath, ['embedding']);
  const matrix = embeddingMatrix(cache);
  const { imageIndex } = cache;
  const { linkage, cannotLink } = { ...DEFAULTS, ...recordedOptions(options, DEFAULTS) };
  const constraints = cannotLink ? { imageIndex } : undefined;
  const { mergeThreshold, outlierThreshold, minFaces } = recordedOptions(options, DEFAULT_REFINE_OPTIONS);
  const similarity = similarityBackend();
  const refined = (people: Int32Array, of: RefineManifest): Int32Array => {
    const { outcomes } = refine(matrix, people, {
      imageIndex,
      gateReasons: gateReasonsOf(of, cache.faceCount),
      outlierThreshold,
      minFaces,
    });
    return Int32Array.from(outcomes, (outcome) => (outcome.status === 'faceset' ? outcome.cluster : -1));
  };
  return inStage(asked, 'Clustering', 'thresholds', async (stage) => {
    const onProgress = (done: number) => {
      stage.update(done, all.length);
      asked.signal?.throwIfAborted();
    };
    const people = await thresholdSweep(matrix, all, {
      linkage,
      constraints,
      similarity,
      mergeThreshold,
      onProgress,
    });
    const labels = manifest.kind === 'cluster' ? people : people.map((found) => refined(found, manifest));
    return { result: { cache: file.path, thresholds: all, own, labels } };
  });
}

function gateReasonsOf({ rejected }: RefineManifest, faces: number): (string | null)[] {
  const reasons: (string | null)[] = new Array(faces).fill(null);
  for (const { row, reason } of rejected) if (GATES.has(reason.code)) reasons[row] = reason.code;
  return reasons;
}
