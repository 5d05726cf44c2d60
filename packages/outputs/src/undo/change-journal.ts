import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UndoError } from '../errors.js';
import { UNDO_FOLDER } from '../folders/undo-folder.js';
import { commitChange } from './commit-change.js';
import { listTree, treeEntry } from './file-tree.js';
import { takeBackOpen, undoChange } from './take-back-change.js';
import {
  forgetChange,
  nextNumber,
  pruneChange,
  readRecord,
  saveTree,
  storedChanges,
  withUndoStore,
} from './undo-store.js';
import type { UndoneChange } from './undone-change.js';

/** How many changes can be undone; older ones are forgotten. */
export const MOST_CHANGES = 10;

/** Folders in which this program is in the middle of a change. */
const changing = new Set<string>();

/** Options of {@link recordChange} and {@link undoLastChange}. */
export interface ChangeOptions {
  /** Called when an earlier change was interrupted (its program was killed) and has been taken back now. */
  onRecovered?: (operation: string) => void;
}

/**
 * Does some work on an output folder so that it can be taken back: all of it, or nothing. Before, everything below the
 * folder is saved into `.face-sets-undo/` there (hard links, which take no space and little time; copies where the file
 * system has none). Afterward only what the work has changed or removed is kept, with the list of what it made. Work
 * that throws is taken back at once; that of a killed program by the next call of this function or of
 * {@link undoLastChange}. The last {@link MOST_CHANGES} changes can be taken back.
 *
 * The work must replace files by renaming new ones into their place, as everything in this package does: what is written
 * *into* a file reaches the saved one too. Files that others add to or change in the folder while the work runs count as
 * made by it.
 *
 * @param out The output folder; made (0700) where there is none.
 * @param operation What to call the change, such as `consolidate`.
 * @returns What the work returns.
 * @throws CacheLockedError while another program changes the folder.
 * @throws UndoError when what an interrupted change has saved is damaged.
 */
export async function recordChange<T>(
  out: string,
  operation: string,
  work: () => Promise<T>,
  options: ChangeOptions = {},
): Promise<T> {
  await mkdir(out, { recursive: true, mode: 0o700 });
  return withUndoStore(out, async (store) => {
    const recovered = await recover(out, store);
    if (recovered) options.onRecovered?.(recovered.operation);
    const folder = resolve(out);
    const number = await nextNumber(store);
    const before = await listTree(out, new Set([UNDO_FOLDER]));
    const open = await saveTree(store, number, operation, out, before);
    let result: T;
    try {
      changing.add(folder);
      try {
        result = await work();
      } finally {
        changing.delete(folder);
      }
      await commitChange(out, store, open, operation);
    } catch (error) {
      // What cannot be taken back now is taken back by the next call.
      await takeBackOpen(out, store, open).catch(() => {});
      throw error;
    }
    for (const old of (await storedChanges(store)).slice(0, -MOST_CHANGES)) await forgetChange(store, old);
    return result;
  });
}

/**
 * Ends what an interrupted change has left in a folder, unless this program is in the middle of one there: whoever changes
 * the folder without {@link recordChange} does that first, or the work would be taken back together with that change.
 *
 * @throws CacheLockedError while another program changes the folder.
 */
export async function recoverChanges(out: string, options: ChangeOptions = {}): Promise<void> {
  if (changing.has(resolve(out))) return;
  const interrupted = (await storedChanges(join(out, UNDO_FOLDER))).some(
    ({ state }) => state === 'open' || state === 'undo',
  );
  if (!interrupted) return;
  const recovered = await withUndoStore(out, (store) => recover(out, store));
  if (recovered) options.onRecovered?.(recovered.operation);
}

/** The operations that {@link undoLastChange} can take back, the last one first. */
export async function undoableChanges(out: string): Promise<{ operation: string; at: string }[]> {
  const changes = await storedChanges(join(out, UNDO_FOLDER));
  const done: { operation: string; at: string }[] = [];
  for (const change of changes.filter(({ state }) => state === 'done').reverse()) {
    const { operation, at } = await readRecord(change);
    done.push({ operation, at });
  }
  return done;
}

/**
 * Takes back the last change that was done by {@link recordChange}: files that it changed, removed or moved are as they
 * were, with their modes and times, and those that it made are gone. What others have added since stays, and a faceset
 * whose folder its owner has renamed since stays under that name. Called again, it takes back the change before.
 *
 * Where a change was interrupted, that one is taken back.
 *
 * @throws UndoError when there is nothing to take back, or when a file that would be overwritten or removed was changed
 *   since: it is named, and nothing is done.
 * @throws CacheLockedError while another program changes the folder.
 */
export async function undoLastChange(out: string, options: ChangeOptions = {}): Promise<UndoneChange> {
  if (!(await treeEntry(join(out, UNDO_FOLDER)))) throw nothingToUndo(out);
  return withUndoStore(out, async (store) => {
    const recovered = await recover(out, store);
    if (recovered) {
      options.onRecovered?.(recovered.operation);
      return recovered;
    }
    const last = (await storedChanges(store)).at(-1);
    if (!last) throw nothingToUndo(out);
    return undoChange(out, store, last);
  });
}

function nothingToUndo(out: string): UndoError {
  return new UndoError(
    `nothing to undo in ${out}: every recorded change was undone already (the last ${MOST_CHANGES} are kept)`,
  );
}

/** Ends what killed programs have left; returns the change that was taken back, if any. */
async function recover(out: string, store: string): Promise<UndoneChange | null> {
  let undone: UndoneChange | null = null;
  for (const change of await storedChanges(store)) {
    if (change.state === 'new' || change.state === 'gone') await forgetChange(store, change);
    else if (change.state === 'done') await pruneChange(change);
    else if (change.state === 'undo') undone = await undoChange(out, store, change);
    else undone = await takeBackOpen(out, store, change);
  }
  return undone;
}
