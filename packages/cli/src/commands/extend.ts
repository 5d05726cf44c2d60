import type { GroupChanges, GroupGrowth } from '@face-sets/pipeline';
import { count, type ExtendOptions, type ExtendResult, extend } from '@face-sets/pipeline';
import { Command } from 'commander';
import { cacheName } from '../cache-name.js';
import { shown } from '../events.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { cosineDistance } from '../parse-values.js';
import { capped, printResult } from '../result.js';
import { addEditOptions, clusterLines } from './cluster.js';
import { LET_GO, refineLines } from './refine.js';

/** `face-sets extend CACHE RAW_OUT`. */
export function extendCommand(): Command {
  const command = new Command('extend')
    .argument('<cache>', 'face cache (.npz) with the new photos', cacheName)
    .argument('<raw-out>', 'output folder of cluster, or of run')
    .option('--refine-out <dir>', 'also extend this output of refine')
    .option(
      '--threshold <distance>',
      'cosine distance up to which faces count as one person; higher merges more (default: as in the output)',
      cosineDistance,
    );
  addEditOptions(command).option('--yes', LET_GO);
  return addCommonOptions(command).action(
    async (cache: string, rawOut: string, options: ExtendOptions & CommonOptions, self: Command) => {
      const result = await extend(cache, rawOut, shown(options, self));
      printResult(result, extendLines(result), options);
    },
  );
}

/** The result for people. */
function extendLines({ cluster, refine }: ExtendResult): string[] {
  return [
    ...clusterLines(cluster),
    ...extensionLines(cluster.changes, ['person', 'people']),
    ...(refine
      ? ['', ...refineLines(refine), ...extensionLines(refine.changes, ['faceset', 'facesets'])]
      : []),
  ];
}

/** The proof that nobody changed, and what came and went. */
function extensionLines(
  { renumbered, changed, added, created, renamed, vanished, superseded }: GroupChanges,
  [one, many]: [string, string],
): string[] {
  const joined = added.reduce((sum, { faces }) => sum + faces, 0);
  const name = ({ id, folder }: GroupGrowth) => (folder === id ? id : `${id} (${folder})`);
  const photos = (lost: typeof vanished) =>
    capped(lost.map(({ source, faces }) => `  ${source} (${count(faces, 'face')})`));
  return [
    `${many} renumbered: ${renumbered}`,
    `faces that changed ${one}: ${changed}`,
    `faces added to known ${many}: ${joined}`,
    ...capped(
      added.map((group) => `  ${name(group)} +${group.faces}`),
      100,
    ),
    `new ${many}: ${created.length}`,
    ...capped(
      created.map((group) => `  ${name(group)} ${count(group.faces, 'face')}`),
      100,
    ),
    ...renamed.map(({ id, folder }) => `${id} is now in ${folder}`),
    ...(vanished.length > 0
      ? [`${count(vanished.length, 'photo')} no longer in the cache, taken out:`, ...photos(vanished)]
      : []),
    ...(superseded.length > 0
      ? [`${count(superseded.length, 'photo')} with other content by now, taken out:`, ...photos(superseded)]
      : []),
  ];
}
