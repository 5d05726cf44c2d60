import { type UndoneChange, undoableChanges, undoLastChange } from '@face-sets/outputs';
import { inStage, type StepOptions } from '../shared/context.js';

/**
 * Undoes the last import, split or extension of eras, consolidation or cleaning of an output. Once it writes, the signal
 * does not stop it.
 *
 * @param out an output of `exportSwap`
 * @throws UndoError when there is nothing to undo, or something that it would overwrite was changed since
 */
export function undo(out: string, options: StepOptions = {}): Promise<UndoneChange> {
  return inStage(options, 'Undoing', 'files', async () => {
    const result = await undoLastChange(out);
    return { result, summary: `Took back ${result.operation}` };
  });
}

/** What {@link undo} can undo, newest first. */
export function listUndo(out: string): ReturnType<typeof undoableChanges> {
  return undoableChanges(out);
}
