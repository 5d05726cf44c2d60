import { type UndoneChange, undoableChanges, undoLastChange } from '@face-sets/outputs';
import { inStage, type StepOptions } from '../shared/context.js';

/**
 * Takes back the last change of an output: of import, split or extension of eras, consolidate or clean. Once it has begun
 * to write, the signal does not stop it.
 *
 * @param out an output of `exportSwap`
 * @throws UndoError where there is nothing to take back, or something that it would overwrite was changed since
 */
export function undo(out: string, options: StepOptions = {}): Promise<UndoneChange> {
  return inStage(options, 'Undoing', 'files', async () => {
    const result = await undoLastChange(out);
    return { result, summary: `Took back ${result.operation}` };
  });
}

/** What {@link undo} can take back, the last first. Takes but a moment. */
export function listUndo(out: string): ReturnType<typeof undoableChanges> {
  return undoableChanges(out);
}
