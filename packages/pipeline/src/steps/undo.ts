import { type UndoneChange, undoableChanges, undoLastChange } from '@face-sets/outputs';

/**
 * Takes back the last change of an output: of import, split or extension of eras, consolidate or clean.
 *
 * @param out an output of `exportSwap`
 * @throws UndoError where there is nothing to take back, or something that it would overwrite was changed since
 */
export function undo(out: string): Promise<UndoneChange> {
  return undoLastChange(out);
}

/** What {@link undo} can take back, the last first. */
export function listUndo(out: string): ReturnType<typeof undoableChanges> {
  return undoableChanges(out);
}
