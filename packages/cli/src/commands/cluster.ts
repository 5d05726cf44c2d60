import type { ClusterManifest, OptionValues } from '@face-sets/manifests';
import {
  LINK_MODES,
  type LinkMode,
  outputIsCurrent,
  whyNumbersAreKept,
  writePersonFolders,
} from '@face-sets/outputs';
import { Command, Option } from 'commander';
import { type AlgorithmOptions, addAlgorithmOptions, clusterBy, usedAlgorithm } from '../algorithm.js';
import { cacheName } from '../cache-name.js';
import { Failure } from '../failure.js';
import { outputAt } from '../locate-output.js';
import { addCommonOptions, type CommonOptions, cosineDistance } from '../options.js';
import { startProgress } from '../progress.js';
import { cacheFile, readCache } from '../read-cache.js';
import { count, printResult, skippedFiles } from '../result.js';

/** `face-sets cluster CACHE OUT`. */
export function clusterCommand(): Command {
  const command = new Command('cluster')
    .description('sort the photos of CACHE into a folder per person below OUT')
    .argument('<cache>', 'face cache (.npz)', cacheName)
    .argument('<out>', 'output folder: new, empty, or of an earlier cluster', (path) =>
      outputAt('cluster', path),
    )
    .option(
      '--threshold <distance>',
      'cosine distance up to which faces are one person',
      cosineDistance,
      0.55,
    );
  return addCommonOptions(addReclusterOption(addLinkOption(addAlgorithmOptions(command)))).action(
    async (cache: string, out: string, options: ClusterOptions) => {
      const result = await clusterStep(cache, out, options);
      printResult(result, clusterLines(result), options);
    },
  );
}

export interface ClusterOptions extends CommonOptions, AlgorithmOptions {
  threshold: number;
  link: LinkMode;
  recluster?: boolean;
}

/** `--recluster`, shared by the commands that number people. */
export function addReclusterOption(command: Command): Command {
  return command.option(
    '--recluster',
    'number everyone anew even where the output was extended or folders were renamed',
  );
}

/**
 * Stops before the work where an output is to keep its numbers.
 *
 * @throws Failure that says what to do instead
 */
export async function requireReclusterable(
  out: string,
  kind: 'cluster' | 'refine',
  instead: string,
): Promise<void> {
  const why = await whyNumbersAreKept(out, kind);
  if (why)
    throw new Failure(`${out} ${why}: use ${instead} to add photos, or --recluster to start from nothing`);
}

/** `--link`, shared by the commands that place photos. */
export function addLinkOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--link <mode>',
      'how photos are placed: copy-on-write clone where possible (readable by you only), hard link (the original itself, with its mode) or symbolic link',
    )
      .choices(LINK_MODES)
      .default('clone'),
  );
}

/** What `cluster` reports. */
export interface ClusterResult {
  out: string;
  /** The output was there already, made from the same cache with the same options. */
  upToDate: boolean;
  summary: ClusterManifest['summary'];
  fileErrors: ClusterManifest['file_errors'];
}

/** Clusters the faces of `cachePath` and writes the person folders. */
export async function clusterStep(
  cachePath: string,
  out: string,
  options: ClusterOptions,
): Promise<ClusterResult> {
  const algorithm = usedAlgorithm(options);
  const file = await cacheFile(cachePath);
  const { threshold, link, recluster } = options;
  if (!recluster) await requireReclusterable(out, 'cluster', `extend CACHE ${out}`);
  const cut: OptionValues = algorithm.algorithm === 'hdbscan' ? {} : { threshold };
  const used: OptionValues = { ...algorithm, ...cut, link };
  const current = await outputIsCurrent(out, 'cluster', { cacheSha256: file.sha256, options: used });
  if (current) {
    return { out, upToDate: true, summary: current.summary, fileErrors: current.file_errors };
  }
  const progress = startProgress('Clustering', 'files', { quiet: options.quiet ?? false });
  try {
    const cache = await readCache(cachePath, ['embedding', 'bbox', 'detScore', 'blur']);
    const labels = await clusterBy(
      { data: cache.embedding, rows: cache.faceCount, cols: cache.dim },
      algorithm,
      threshold,
      cache.imageIndex,
    );
    const { manifest } = await writePersonFolders({
      cache,
      cacheFile: file,
      labels,
      out,
      options: used,
      link,
      recluster,
      onProgress: ({ done, total }) => progress.update(done, total),
    });
    progress.finish(
      `Clustered ${count(cache.faceCount, 'face')}: ${count(manifest.summary.people, 'person', 'people')}`,
    );
    return { out, upToDate: false, summary: manifest.summary, fileErrors: manifest.file_errors };
  } catch (error) {
    progress.stop();
    throw error;
  }
}

/** The result for people. */
export function clusterLines({ out, upToDate, summary, fileErrors }: ClusterResult): string[] {
  return [
    `${out}: ${count(summary.people, 'person', 'people')} in ${count(summary.faces, 'face')}, ` +
      `${count(summary.singletons, 'face')} alone, ${count(summary.noface_images, 'photo')} without a face` +
      (upToDate ? ' (nothing to do: up to date)' : ''),
    ...skippedFiles(fileErrors),
  ];
}
