import { count, listUndo, MOST_CHANGES, outputAt, type UndoneChange, undo } from '@face-sets/pipeline';
import { Command } from 'commander';
import { shown } from '../events.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { capped, printResult } from '../result.js';

/** `face-sets undo OUT`. */
export function undoCommand(): Command {
  const command = new Command('undo')
    .argument('<out>', 'output folder of export-swap, or of run', (path) => outputAt('export-swap', path))
    .option(
      '--list',
      `list what can be undone, newest first (at most ${MOST_CHANGES} changes), but change nothing`,
    );
  return addCommonOptions(command).action(async (out: string, options: UndoOptions, self: Command) => {
    if (options.list) {
      const changes = await listUndo(out);
      const lines = changes.map(({ operation, at }) => `${at}  ${operation}`);
      printResult({ out, changes }, lines.length > 0 ? lines : [`nothing to undo in ${out}`], options);
      return;
    }
    const undone = await undo(out, shown(options, self));
    printResult({ out, ...undone }, undoLines(out, undone), options);
  });
}

interface UndoOptions extends CommonOptions {
  list?: boolean;
}

function undoLines(out: string, { operation, at, restored, removed, kept, left }: UndoneChange): string[] {
  const when = at === null ? ', which was interrupted' : ` of ${at}`;
  return [
    `${out}: took back ${operation}${when}: ${count(restored.length, 'path')} as before, ${removed.length} removed`,
    ...(kept.length > 0
      ? ['Kept these folders; they contain your files:', ...capped(kept.map((path) => `  ${path}`))]
      : []),
    left > 0 ? `${count(left, 'change')} before it can be undone too` : 'nothing else to undo',
  ];
}
