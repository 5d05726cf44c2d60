import { ALGORITHM_DEFAULTS, OWN_DEFAULTS } from '@face-sets/pipeline';
import { type Command, Option } from 'commander';
import { wholeNumber } from './parse-values.js';

/** Options of the commands that cluster faces from scratch. */
export function addAlgorithmOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--algorithm <name>',
        'agglomerative: merge up to a threshold; hdbscan: group by density without a threshold, for at most 1,000 distinct faces',
      )
        .choices(['agglomerative', 'hdbscan'])
        .default(ALGORITHM_DEFAULTS.algorithm),
    )
    .addOption(
      new Option(
        '--linkage <name>',
        `agglomerative: how the distance between two clusters is computed (default: "${OWN_DEFAULTS.linkage}")`,
      ).choices(['average', 'complete', 'single']),
    )
    .option(
      '--min-cluster-size <n>',
      `hdbscan: distinct faces a person needs; higher finds fewer people (default: ${OWN_DEFAULTS.minClusterSize})`,
      wholeNumber(2),
    )
    .option(
      '--min-samples <n>',
      'hdbscan: neighbors that make a region dense; higher leaves more faces unassigned (default: same as --min-cluster-size)',
      wholeNumber(1),
    )
    .option(
      '--cannot-link',
      'two faces in one photo are two people, unless they are very much alike: the default, if it was not changed before',
      ALGORITHM_DEFAULTS.cannotLink,
    )
    .option(
      '--no-cannot-link',
      'allow two faces in one photo to be the same person (hdbscan and single linkage always allow it)',
    );
}
