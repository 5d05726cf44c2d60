import {
  count,
  DEDUP_THRESHOLD,
  type DedupOptions,
  type DedupResult,
  dedup,
  megabytes,
} from '@face-sets/pipeline';
import { Command } from 'commander';
import { cacheName } from '../cache-name.js';
import { shown } from '../events.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { cosineDistance } from '../parse-values.js';
import { capped, printResult } from '../result.js';

/** `face-sets dedup CACHE`. */
export function dedupCommand(): Command {
  const command = new Command('dedup')
    .argument('<cache>', 'face cache (.npz)', cacheName)
    .option(
      '--threshold <distance>',
      'cosine distance up to which faces in the same place are compared pixel by pixel; higher compares more',
      cosineDistance,
      DEDUP_THRESHOLD,
    )
    .option('--mirrored', 'also find mirrored copies');
  return addCommonOptions(command).action(
    async (cache: string, options: DedupOptions & CommonOptions, self: Command) => {
      const result = await dedup(cache, shown(options, self));
      printResult(result, dedupLines(result), options);
    },
  );
}

function dedupLines({ path, summary, problems }: DedupResult): string[] {
  return [
    `${path}: duplicates among ${count(summary.photos, 'photo')}`,
    `The same bytes: ${count(summary.identical_copies, 'copy', 'copies')} of ${count(summary.identical_groups, 'photo')}, ${megabytes(summary.identical_bytes)}`,
    `Near-duplicates: ${count(summary.near_copies, 'copy', 'copies')} of ${count(summary.near_groups, 'photo')}, ${megabytes(summary.near_bytes)}`,
    ...(problems.length > 0 ? [`${count(problems.length, 'file')} could not be compared:`] : []),
    ...capped(problems.map(({ message }) => `  ${message}`)),
  ];
}
