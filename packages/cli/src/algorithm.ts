import {
  agglomerative,
  type FaceMatrix,
  fastestSimilarity,
  hdbscan,
  type Linkage,
  type SimilarityBackend,
  wasmSimilarity,
  withSingletons,
} from '@face-sets/cluster';
import { availableProcessors, onnxSimilarity } from '@face-sets/face-embed';
import { type Command, Option } from 'commander';
import { UsageError } from './failure.js';
import { wholeNumber } from './options.js';

/** How faces are first put together, as the options of a command say. */
export interface AlgorithmOptions {
  algorithm: 'agglomerative' | 'hdbscan';
  linkage?: Linkage;
  minClusterSize?: number;
  minSamples?: number;
  /** Two faces in one photo are two people, unless they are very much alike. */
  cannotLink: boolean;
}

/** Options of the commands that cluster faces from scratch. */
export function addAlgorithmOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--algorithm <name>',
        'agglomerative: cut at a threshold; hdbscan: by density, without a threshold, for at most 1,000 different faces',
      )
        .choices(['agglomerative', 'hdbscan'])
        .default('agglomerative'),
    )
    .addOption(
      new Option(
        '--linkage <name>',
        'agglomerative: distance of two clusters, from those of their faces (default: "average")',
      ).choices(['average', 'complete', 'single']),
    )
    .option(
      '--min-cluster-size <n>',
      'hdbscan: fewest different faces of a person (default: 5)',
      wholeNumber(2),
    )
    .option(
      '--min-samples <n>',
      'hdbscan: neighbours that make a place dense; more leaves more faces alone (default: as --min-cluster-size)',
      wholeNumber(1),
    )
    .option(
      '--no-cannot-link',
      'do not prefer two faces in one photo to be two people (hdbscan and single linkage never do in clustering)',
    )
    .hook('preAction', refuseThreshold);
}

/** Thresholds of the first clustering, by option. */
const CUTS = { threshold: '--threshold', initialThreshold: '--initial-threshold' };

function refuseThreshold(command: Command): void {
  if (command.getOptionValue('algorithm') !== 'hdbscan') return;
  for (const [name, flag] of Object.entries(CUTS)) {
    if (command.getOptionValueSource(name) === 'cli') {
      throw new UsageError(`${flag} is for --algorithm agglomerative; hdbscan finds its own thresholds`);
    }
  }
}

/** The algorithm that is used, with all its values. */
export type UsedAlgorithm =
  | { algorithm: 'agglomerative'; metric: 'cosine'; linkage: Linkage; cannotLink: boolean }
  | { algorithm: 'hdbscan'; metric: 'cosine'; minClusterSize: number; minSamples: number };

/**
 * The algorithm with all its values, as manifests record it.
 *
 * @throws UsageError for options of the other algorithm: they would change nothing
 */
export function usedAlgorithm(options: AlgorithmOptions): UsedAlgorithm {
  const { algorithm, linkage = 'average', minClusterSize, minSamples } = options;
  if (algorithm === 'hdbscan') {
    if (options.linkage) throw new UsageError('--linkage is for --algorithm agglomerative; hdbscan has none');
    const size = minClusterSize ?? 5;
    return { algorithm, metric: 'cosine', minClusterSize: size, minSamples: minSamples ?? size };
  }
  if (minClusterSize !== undefined || minSamples !== undefined) {
    throw new UsageError(
      '--min-cluster-size and --min-samples are for --algorithm hdbscan, which is not chosen',
    );
  }
  return { algorithm, metric: 'cosine', linkage, cannotLink: options.cannotLink && linkage !== 'single' };
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
