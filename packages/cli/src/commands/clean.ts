import type { CleanResult } from '@face-sets/pipeline';
import { CLEAN_SIMILARITY, type CleanOptions, clean, count, countByCode } from '@face-sets/pipeline';
import { Command } from 'commander';
import { addCollectionOptions } from '../collection-options.js';
import { shown } from '../events.js';
import { addCommonOptions, addModelOptions, type CommonOptions } from '../options.js';
import { numberBetween } from '../parse-values.js';
import { capped, printResult, reasonList } from '../result.js';

/** `face-sets clean OUT`. */
export function cleanCommand(): Command {
  const command = addCollectionOptions(new Command('clean'))
    .option(
      '--similarity <cosine>',
      'cosine similarity above which faces are near-duplicates; higher finds fewer',
      numberBetween(0.5, 1),
      CLEAN_SIMILARITY,
    )
    .option('--no-audit', 'find only duplicates, not second faces in crops')
    .option('--apply', 'move what was found to faces/_dropped/ and rebuild bundles and manifests')
    .option('--dry-run', 'show what would be done, but change nothing (the default)');
  return addCommonOptions(addModelOptions(command)).action(
    async (out: string, options: CleanOptions & CommonOptions & { dryRun?: boolean }, self: Command) => {
      const result = await clean(
        out,
        shown({ ...options, apply: (options.apply ?? false) && !options.dryRun }, self),
      );
      const { exported, ...report } = result;
      printResult({ ...report, written: exported?.written ?? [] }, cleanLines(result), options);
    },
  );
}

function cleanLines({ out, findings, skipped, audited, applied }: CleanResult): string[] {
  const found = reasonList(countByCode(findings.map(({ reason }) => reason)));
  const looked = audited > 0 ? ` (${count(audited, 'crop')} checked again)` : '';
  return [
    findings.length === 0
      ? `${out}: nothing to clean${looked}`
      : `${out}: ${count(findings.length, 'face')} ${applied ? 'taken out' : 'to take out'}${looked}: ${found}`,
    ...capped(
      findings.map(({ file, reason, stays }) =>
        [`  ${file}: ${reason.code}, ${reason.message}`, ...(stays ? [`; ${stays} stays`] : [])].join(''),
      ),
    ),
    ...skipped.map(({ id, reason }) => `${id} was left alone: ${reason}`),
    ...(findings.length === 0
      ? []
      : applied
        ? [`Moved to faces/_dropped/ of their facesets. To undo: face-sets undo ${out}`]
        : ['Nothing was changed. Remove them with --apply.']),
  ];
}
