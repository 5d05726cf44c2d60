import {
  type ConsolidateProposal,
  type ConsolidateResult,
  consolidateFacesets,
  type ProposedFaceset,
} from '@face-sets/outputs';
import { measuredText } from '@face-sets/quality';
import { Command } from 'commander';
import {
  addCollectionOptions,
  type CollectionOptions,
  cacheOfCollection,
  tellRecovered,
} from '../collection-options.js';
import { openFinder } from '../open-export.js';
import {
  addCommonOptions,
  addModelOptions,
  type CommonOptions,
  cosineDistance,
  type ModelOptions,
} from '../options.js';
import { startProgress } from '../progress.js';
import { cacheFile, readCache } from '../read-cache.js';
import { count, printResult } from '../result.js';

/** `face-sets consolidate OUT`. */
export function consolidateCommand(): Command {
  const command = addCollectionOptions(new Command('consolidate'))
    .description('find facesets of OUT that are the same person, and merge them with --apply')
    .option(
      '--threshold <distance>',
      'facesets of which every two centroids are nearer are one person',
      cosineDistance,
      0.4,
    )
    .option('--only <id...>', 'these facesets, even where something speaks against it')
    .option('--apply', 'merge: one is made anew of the faces of all, the others go to _merged/');
  return addCommonOptions(addModelOptions(command)).action(
    async (out: string, options: ConsolidateOptions) => {
      const result = await consolidateStep(out, options);
      const { exported, ...report } = result;
      const done = { ...report, written: exported?.written ?? [] };
      printResult(done, consolidateLines(result, options), options);
    },
  );
}

interface ConsolidateOptions extends CommonOptions, ModelOptions, CollectionOptions {
  threshold: number;
  only?: string[];
  apply?: boolean;
}

async function consolidateStep(out: string, options: ConsolidateOptions): Promise<ConsolidateResult> {
  const { cachePath, format } = await cacheOfCollection(out, options);
  const { threshold, only } = options;
  const input = { out, threshold, only, cacheFile: await cacheFile(cachePath) };
  if (!options.apply) {
    const cache = await readCache(cachePath, ['embedding', 'bbox', 'detScore', 'blur']);
    return consolidateFacesets({ ...input, cache });
  }
  const { cache, finder } = await openFinder(cachePath, { ...options, format });
  const progress = startProgress('Merging', 'faces', { quiet: options.quiet ?? false });
  try {
    const result = await consolidateFacesets({
      ...input,
      cache,
      finder,
      onProgress: ({ faces, totalFaces }) => progress.update(faces, totalFaces),
      onRecovered: tellRecovered(options),
    });
    progress.finish(`Merged ${count(result.merged?.length ?? 0, 'faceset')}`);
    return result;
  } catch (error) {
    progress.stop();
    throw error;
  }
}

function consolidateLines(
  { out, proposals, skipped, merged, threshold }: ConsolidateResult,
  { apply }: ConsolidateOptions,
): string[] {
  const first =
    proposals.length === 0
      ? `${out}: no two facesets are the same person`
      : `${out}: ${count(proposals.length, 'person', 'people')} in more than one faceset`;
  const open = proposals.filter(({ doubts }) => doubts.length === 0).length;
  return [
    first,
    ...proposals.flatMap((proposal) => proposalLines(proposal, merged ?? [], threshold)),
    ...skipped.map(({ id, reason }) => `${id} was not compared: ${reason}`),
    ...(merged
      ? [
          `${count(merged.length, 'faceset')} merged; what they were is in _merged/, and: face-sets undo ${out}`,
        ]
      : []),
    ...(!apply && open > 0 ? ['Nothing was changed; merge them with --apply'] : []),
  ];
}

function proposalLines(
  { keep, merge, evidence, doubts }: ConsolidateProposal,
  merged: NonNullable<ConsolidateResult['merged']>,
  threshold: number,
): string[] {
  const isDone = (id: string) => merged.some((one) => one.id === id);
  const anyDone = merge.some(({ id }) => isDone(id));
  return [
    ...merge.flatMap((one, i) => {
      const { distance, pairs } = evidence[i]!;
      const done = isDone(one.id);
      return [
        `  ${shown(one)} → ${shown(keep)}: ${measuredText(distance, threshold)} apart${done ? ', merged' : ''}`,
        ...pairs.map(({ distance: d, a, b }) => `    ${d.toFixed(3)}  ${a.file}  ${b.file}`),
      ];
    }),
    ...doubts.map((doubt) => `    but ${doubt}${anyDone ? '' : '; to merge them all the same: --only'}`),
  ];
}

function shown({ id, name, faces, years }: ProposedFaceset): string {
  const span = years && (years[0] === years[1] ? `, ${years[0]}` : `, ${years[0]}–${years[1]}`);
  return `${id}${name === id ? '' : ` ${JSON.stringify(name)}`} (${count(faces, 'face')}${span ?? ''})`;
}
