import { type Command, Option } from 'commander';
import { UsageError } from './failure.js';
import { wholeNumber } from './parse-values.js';

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
