import type { ConsolidateProposal, ConsolidateResult, ProposedFaceset } from '@face-sets/pipeline';
import {
  CONSOLIDATE_THRESHOLD,
  type ConsolidateOptions,
  consolidate,
  count,
  measuredText,
} from '@face-sets/pipeline';
import { Command } from 'commander';
import { addCollectionOptions } from '../collection-options.js';
import { shown } from '../events.js';
import { addCommonOptions, addModelOptions, type CommonOptions } from '../options.js';
import { cosineDistance } from '../parse-values.js';
import { printResult } from '../result.js';

/** `face-sets consolidate OUT`. */
export function consolidateCommand(): Command {
  const command = addCollectionOptions(new Command('consolidate'))
    .option(
      '--threshold <distance>',
      'facesets whose centroids are all closer than this are one person; higher merges more',
      cosineDistance,
      CONSOLIDATE_THRESHOLD,
    )
    .option('--only <id...>', 'merge only these facesets, even if there are doubts')
    .option('--apply', 'merge them: rebuild one from all faces and move the others to _merged/');
  return addCommonOptions(addModelOptions(command)).action(
    async (out: string, options: ConsolidateOptions & CommonOptions, self: Command) => {
      const result = await consolidate(out, shown(options, self));
      const { exported, ...report } = result;
      const done = { ...report, written: exported?.written ?? [] };
      printResult(done, consolidateLines(result, options), options);
    },
  );
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
          `${count(merged.length, 'faceset')} merged; the originals are in _merged/; to undo: face-sets undo ${out}`,
        ]
      : []),
    ...(!apply && open > 0 ? ['Nothing was changed. Merge them with --apply.'] : []),
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
        `  ${named(one)} → ${named(keep)}: ${measuredText(distance, threshold)} apart${done ? ', merged' : ''}`,
        ...pairs.map(({ distance: d, a, b }) => `    ${d.toFixed(3)}  ${a.file}  ${b.file}`),
      ];
    }),
    ...doubts.map((doubt) => `    but ${doubt}${anyDone ? '' : '; to merge them anyway: --only'}`),
  ];
}

function named({ id, name, faces, years }: ProposedFaceset): string {
  const span = years && (years[0] === years[1] ? `, ${years[0]}` : `, ${years[0]}–${years[1]}`);
  return `${id}${name === id ? '' : ` ${JSON.stringify(name)}`} (${count(faces, 'face')}${span ?? ''})`;
}
