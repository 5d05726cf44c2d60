import {
  count,
  outputAt,
  REFINE_DEFAULTS,
  type RefineOptions,
  type RefineResult,
  refine,
} from '@face-sets/pipeline';
import { Command } from 'commander';
import { addAlgorithmOptions } from '../algorithm.js';
import { cacheName } from '../cache-name.js';
import { shown } from '../events.js';
import { hintLines } from '../faceset-hints.js';
import { addCommonOptions, addGateOptions, type CommonOptions } from '../options.js';
import { cosineDistance, wholeNumber } from '../parse-values.js';
import { printResult, rejectedLines, skippedFiles } from '../result.js';
import { addEditOptions, addLinkOption, addMergeThreshold, addReclusterOption } from './cluster.js';

/** What `--yes` does. */
export const LET_GO = 'let facesets go that have a name or are exported, when changed limits leave them out';

/** `face-sets refine CACHE OUT`. */
export function refineCommand(): Command {
  const command = new Command('refine')
    .argument('<cache>', 'face cache (.npz)', cacheName)
    .argument('<out>', 'output folder: new, empty, or from an earlier refine', (path) =>
      outputAt('refine', path),
    );
  return addCommonOptions(
    addEditOptions(addReclusterOption(addLinkOption(addAlgorithmOptions(addRefineOptions(command))))),
  ).action(async (cache: string, out: string, options: RefineOptions & CommonOptions, self: Command) => {
    const result = await refine(cache, out, shown(options, self));
    printResult(result, refineLines(result), options);
  });
}

/** Options of this step, shared with `run`. */
export function addRefineOptions(command: Command): Command {
  addMergeThreshold(command)
    .option(
      '--initial-threshold <distance>',
      'cosine distance up to which faces count as one person, as --threshold of cluster; higher merges more',
      cosineDistance,
      REFINE_DEFAULTS.initialThreshold,
    )
    .option(
      '--outlier-threshold <distance>',
      'drop faces farther than this from their centroid (clusters of 4 or more); higher keeps more',
      cosineDistance,
      REFINE_DEFAULTS.outlierThreshold,
    )
    .option(
      '--min-faces <n>',
      'refine: photos a faceset needs; higher keeps fewer people',
      wholeNumber(1),
      REFINE_DEFAULTS.minFaces,
    )
    .option('--yes', LET_GO);
  return addGateOptions(command, 'refine: ');
}

/** The result for people. */
export function refineLines({ out, upToDate, summary, fileErrors, hints }: RefineResult): string[] {
  return [
    `${out}: ${count(summary.facesets, 'faceset')} of ${count(summary.faces, 'face')}` +
      (upToDate ? ' (nothing to do: up to date)' : ''),
    ...rejectedLines(summary),
    ...skippedFiles(fileErrors),
    ...hintLines(hints),
  ];
}
