import {
  agglomerative,
  DEFAULT_LINKAGE,
  type FaceMatrix,
  fastestSimilarity,
  hdbscan,
  type Linkage,
  type SimilarityBackend,
  wasmSimilarity,
  withSingletons,
} from '@face-sets/cluster';
import { onnxSimilarity } from '@face-sets/face-embed';
import { availableProcessors } from '@face-sets/photos';
import { defined } from './defined.js';
import { InvalidOptionsError, option } from './errors.js';

/** The default algorithm. */
export const ALGORITHM_DEFAULTS = { algorithm: 'agglomerative', cannotLink: true } as const;

/** Defaults of the options that only one algorithm has. */
export const OWN_DEFAULTS = { linkage: DEFAULT_LINKAGE, minClusterSize: 5 } as const;

/** How faces are first grouped. */
export interface AlgorithmOptions {
  /** `agglomerative` merges up to a threshold; `hdbscan` groups by density, at most 1,000 distinct faces. */
  algorithm: 'agglomerative' | 'hdbscan';
  /** Of `agglomerative`: how the distance of two clusters is computed. @default 'average' */
  linkage?: Linkage;
  /** Of `hdbscan`: distinct faces that a person needs. @default 5 */
  minClusterSize?: number;
  /** Of `hdbscan`: neighbors that make a region dense. Default: as `minClusterSize`. */
  minSamples?: number;
  /** Two faces in one photo are two people, unless they are very much alike. */
  cannotLink: boolean;
}

/** The algorithm that is used, with all its values. */
export type UsedAlgorithm =
  | { algorithm: 'agglomerative'; metric: 'cosine'; linkage: Linkage; cannotLink: boolean }
  | { algorithm: 'hdbscan'; metric: 'cosine'; minClusterSize: number; minSamples: number };

/**
 * The algorithm with all its values, as manifests record it.
 *
 * @param thresholds of the first clustering, as they were given, by option
 * @throws InvalidOptionsError for options of the other algorithm: they would change nothing
 */
export function usedAlgorithm(
  options: AlgorithmOptions,
  thresholds: Readonly<Record<string, number | undefined>>,
): UsedAlgorithm {
  const { algorithm, linkage = OWN_DEFAULTS.linkage, minClusterSize, minSamples } = options;
  if (algorithm === 'hdbscan') {
    if (options.linkage)
      throw new InvalidOptionsError(
        `${option('linkage')} is for ${option('algorithm')} agglomerative; hdbscan has none`,
      );
    for (const [name, value] of Object.entries(thresholds)) {
      if (value === undefined) continue;
      throw new InvalidOptionsError(
        `${option(name)} is for ${option('algorithm')} agglomerative; hdbscan finds its own thresholds`,
      );
    }
    const size = minClusterSize ?? OWN_DEFAULTS.minClusterSize;
    return { algorithm, metric: 'cosine', minClusterSize: size, minSamples: minSamples ?? size };
  }
  if (minClusterSize !== undefined || minSamples !== undefined) {
    throw new InvalidOptionsError(
      `${option('minClusterSize')} and ${option('minSamples')} are for ${option('algorithm')} hdbscan, which is not chosen`,
    );
  }
  return { algorithm, metric: 'cosine', linkage, cannotLink: options.cannotLink && linkage !== 'single' };
}

/**
 * Refuses options of another algorithm than the one that is asked for. Where none is asked for, the collection knows.
 *
 * @param thresholds as {@link usedAlgorithm} takes them
 * @throws InvalidOptionsError
 */
export function checkAlgorithm(
  given: Partial<AlgorithmOptions>,
  thresholds: Readonly<Record<string, number | undefined>>,
): void {
  if (given.algorithm !== undefined) usedAlgorithm({ ...ALGORITHM_DEFAULTS, ...defined(given) }, thresholds);
}

/**
 * A label for each face; one of its own where hdbscan takes it for noise.
 *
 * @param imageIndex photo of each face
 */
export async function clusterBy(
  matrix: FaceMatrix,
  used: UsedAlgorithm,
  threshold: number,
  imageIndex: Int32Array,
): Promise<Int32Array> {
  if (used.algorithm === 'hdbscan') return withSingletons(hdbscan(matrix, used));
  const constraints = used.cannotLink ? { imageIndex } : undefined;
  const similarity = similarityBackend();
  return agglomerative(matrix, {
    linkage: used.linkage,
    metric: 'cosine',
    threshold,
    constraints,
    similarity,
  });
}

/** What finds similar pairs: WebAssembly, or ONNX Runtime where a large library is compared faster with it. */
export function similarityBackend(): SimilarityBackend {
  const threads = availableProcessors();
  return fastestSimilarity([wasmSimilarity({ threads }), onnxSimilarity({ threads })]);
}
