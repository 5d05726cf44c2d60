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
  return addCommonOptions(addReclusterOption(addLinkOption(addAlgorithmOptions(command)))).action(
    async (cache: string, out: string, options: ClusterOptions & CommonOptions, self: Command) => {
      const result = await cluster(cache, out, shown(options, self));
      printResult(result, clusterLines(result), options);
    },
  );
}

/** `--recluster`, shared by the commands that number people. */
export function addReclusterOption(command: Command): Command {
  return command.option(
    '--recluster',
    'renumber everyone, even if the output was extended or folders were renamed',
  );
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
