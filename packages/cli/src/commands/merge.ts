import { count, type MergeSummary, merge } from '@face-sets/pipeline';
import { Command } from 'commander';
import { cacheArgument } from '../cache-name.js';
import { shown } from '../events.js';
import { UsageError } from '../failure.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { printResult } from '../result.js';

/** `face-sets merge CACHE… OUT`. */
export function mergeCommand(): Command {
  const command = new Command('merge')
    .usage('[options] <cache...> <out>')
    .argument('<paths...>', 'face caches (.npz), then the new one');
  return addCommonOptions(command).action(async (paths: string[], options: CommonOptions, self: Command) => {
    if (paths.length < 2)
      throw new UsageError('merge takes at least one cache, then the new one: CACHE… OUT');
    const caches = paths.map(cacheArgument);
    const out = caches.pop()!;
    const summary = await merge(caches, out, shown(options, self));
    printResult({ out, ...summary }, mergeLines(out, summary), options);
  });
}

function mergeLines(out: string, { images, faces, united, superseded }: MergeSummary): string[] {
  return [
    `${out}: ${count(images, 'photo')}, ${count(faces, 'face')} ` +
      `(${united} held by several caches, ${superseded} no longer at their path)`,
  ];
}
