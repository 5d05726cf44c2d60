import {
  count,
  type EvaluateOptions,
  type EvaluateResult,
  evaluate,
  type SweepResult,
} from '@face-sets/pipeline';
import { Command, InvalidArgumentError } from 'commander';
import { cacheName } from '../cache-name.js';
import { shown } from '../events.js';
import { UsageError } from '../failure.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { cosineDistance } from '../parse-values.js';
import { capped, printResult } from '../result.js';

/** `face-sets evaluate MANIFEST --truth DIR|CSV`. */
export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .argument('<manifest>', 'manifest.json of cluster, or refine_manifest.json of refine, or its folder')
    .requiredOption('--truth <path>', 'folder with a folder per person, or CSV: path,person[,x,y]');
  command
    .option(
      '--sweep [from:to:step]',
      'measure the result at other thresholds (without a value: "0.3:0.8:0.05")',
      thresholdRange,
    )
    .option('--cache <file>', 'for --sweep: the cache (default: the one that the manifest names)', cacheName);
  return addCommonOptions(command).action(async (path: string, options: EvaluateArguments, self: Command) => {
    if (options.cache && !options.sweep) throw new UsageError('--cache is for --sweep, which is missing');
    const sweep = options.sweep === true ? DEFAULT_SWEEP : options.sweep;
    const result = await evaluate(path, shown({ ...options, sweep }, self));
    printResult(result, evaluateLines(result), options);
  });
}

interface EvaluateArguments extends CommonOptions, Omit<EvaluateOptions, 'sweep'> {
  /** `true` when given without a value. */
  sweep?: number[] | true;
}

/** `0.3:0.8:0.05`: from, to (inclusive) and step; at most a thousand. */
function thresholdRange(text: string): number[] {
  const parts = text.split(':').map(cosineDistance);
  const [from, to, step] = parts;
  if (parts.length !== 3 || !(from! <= to!) || !(step! > 0) || (to! - from!) / step! > 1000) {
    throw new InvalidArgumentError('expected from:to:step such as 0.3:0.8:0.05, with at most 1,000 steps.');
  }
  const steps = Math.floor((to! - from!) / step! + 1e-9) + 1;
  return Array.from({ length: steps }, (_, i) => Number((from! + i * step!).toFixed(6)));
}

const DEFAULT_SWEEP = thresholdRange('0.3:0.8:0.05');

function evaluateLines(result: EvaluateResult): string[] {
  const { pairwise, bcubed } = result;
  const percent = (value: number) => `${(100 * value).toFixed(2).padStart(6)} %`;
  return [
    `${count(result.faces, 'face')} of ${count(result.people, 'person', 'people')} in ${count(result.clusters, 'cluster')}; ` +
      `${result.unknown} other faces have no label`,
    '',
    '            precision     recall         F1',
    `pairwise     ${percent(pairwise.precision)}   ${percent(pairwise.recall)}   ${percent(pairwise.f1)}`,
    `BCubed       ${percent(bcubed.precision)}   ${percent(bcubed.recall)}   ${percent(bcubed.f1)}`,
    `NMI ${result.nmi.toFixed(4)}   purity ${result.purity.toFixed(4)}`,
    '',
    `${count(result.merged.length, 'cluster')} with several people (${result.peopleMerged} in all), ` +
      `${count(result.split.length, 'person', 'people')} in several clusters` +
      (result.merged.length + result.split.length > 0 ? '; the worst first:' : ''),
    ...capped(
      result.merged.map(
        ({ cluster, people }) =>
          `  ${cluster}: ${people.map(({ person, faces }) => `${person} ${faces}`).join(', ')}`,
      ),
      10,
    ),
    ...capped(
      result.merged.flatMap(({ cluster, strays }) =>
        strays.slice(0, 3).map(({ person, source }) => `    ${person} in ${cluster}: ${source}`),
      ),
      10,
    ),
    ...capped(
      result.split.map(
        ({ person, clusters }) =>
          `  ${person}: ${clusters.map(({ cluster, faces }) => `${cluster} ${faces}`).join(', ')}`,
      ),
      10,
    ),
    ...(result.sweep ? ['', ...sweepLines(result.sweep)] : []),
  ];
}

function sweepLines({ thresholds, best, manifest }: SweepResult): string[] {
  const percent = (value: number) => (100 * value).toFixed(2).padStart(7);
  return [
    '           ------ pairwise, % ------   BCubed',
    'threshold  precision  recall      F1     F1 %     NMI  purity  clusters',
    ...thresholds.map(({ threshold, pairwise, bcubed, nmi, purity, clusters }) =>
      [
        String(threshold).padEnd(9),
        ` ${percent(pairwise.precision)}`,
        `${percent(pairwise.recall)}`,
        `${percent(pairwise.f1)}`,
        `${percent(bcubed.f1)}`,
        nmi.toFixed(4),
        purity.toFixed(4),
        String(clusters).padStart(8),
        [threshold === best && '← best', threshold === manifest && '← the manifest']
          .filter(Boolean)
          .join(' '),
      ]
        .join('  ')
        .trimEnd(),
    ),
  ];
}
