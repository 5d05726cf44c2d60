import {
  CLUSTER_DEFAULTS,
  type ClusterOptions,
  type ClusterResult,
  cluster,
  count,
  LINK_MODES,
  outputAt,
} from '@face-sets/pipeline';
import { Command, Option } from 'commander';
import { addAlgorithmOptions } from '../algorithm.js';
import { cacheName } from '../cache-name.js';
import { shown } from '../events.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { cosineDistance } from '../parse-values.js';
import { printResult, skippedFiles } from '../result.js';

/** `face-sets cluster CACHE OUT`. */
export function clusterCommand(): Command {
  const command = new Command('cluster')
    .argument('<cache>', 'face cache (.npz)', cacheName)
    .argument('<out>', 'output folder: new, empty, or from an earlier cluster', (path) =>
      outputAt('cluster', path),
    )
    .option(
      '--threshold <distance>',
      'cosine distance up to which faces count as one person; higher merges more',
      cosineDistance,
      CLUSTER_DEFAULTS.threshold,
    );
  addMergeThreshold(command);
  return addCommonOptions(
    addEditOptions(addReclusterOption(addLinkOption(addAlgorithmOptions(command)))),
  ).action(async (cache: string, out: string, options: ClusterOptions & CommonOptions, self: Command) => {
    const result = await cluster(cache, out, shown(options, self));
    printResult(result, clusterLines(result), options);
  });
}

/** `--merge-threshold`, shared by the commands that find people. */
export function addMergeThreshold(command: Command): Command {
  return command.option(
    '--merge-threshold <distance>',
    'merge clusters whose centroids are closer than this, 0 for none; higher merges more',
    cosineDistance,
    CLUSTER_DEFAULTS.mergeThreshold,
  );
}

/** `--recluster`, shared by the commands that find people. */
export function addReclusterOption(command: Command): Command {
  return command.option(
    '--recluster',
    'cluster everyone anew, even if nothing has changed; people keep their numbers and names',
  );
}

/** `--accept-edits` and `--discard-edits`, shared by the commands that read changes by hand in their output folders. */
export function addEditOptions(command: Command): Command {
  return command
    .option(
      '--accept-edits',
      'take deletions of whole people, or of over a fifth of their photos, at their word',
    )
    .option('--discard-edits', 'ignore what was moved, renamed or deleted in the folders, and restore them');
}

/** `--link`, shared by the commands that place photos. */
export function addLinkOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--link <mode>',
      'how to place photos: clone (copy-on-write if possible, else a copy; readable only by you), hard link (shares the original and its permissions) or symbolic link',
    )
      .choices(LINK_MODES)
      .default(CLUSTER_DEFAULTS.link),
  );
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
