import { dirname, join } from 'node:path';
import { UndoError } from '../errors.js';
import type { PathChange } from './change-record.js';
import { holdsStill, type TreeEntry, treeEntry } from './file-tree.js';
import { isRealParent } from './restore-paths.js';
import { type StoredChange, savedPath } from './undo-store.js';

/** Throws where taking a change back would lose a later edit. */
export async function requireUnchanged(
  out: string,
  change: StoredChange,
  changes: readonly PathChange[],
  now: ReadonlyMap<string, TreeEntry>,
): Promise<void> {
  const noFolders = new Set(
    changes.flatMap(({ path, after }) => (after && after.type !== 'folder' ? [path] : [])),
  );
  for (const { path, before, after } of changes) {
    const at = join(out, path);
    const there = now.get(path);
    if (!(await isRealParent(out, path, noFolders))) {
      throw new UndoError(
        `${join(out, dirname(path))} is not the folder that the change left there: put that folder back, then undo again`,
      );
    }
    // Restored already, by an undo that was killed.
    if (before !== undefined && (await holdsStill(at, there, before))) continue;
    // Its owner has removed it: there is nothing to lose.
    if (there === undefined) continue;
    if (after !== undefined && (await holdsStill(at, there, after))) continue;
    if (there.type === 'folder' && (before === undefined || before.type === 'folder')) continue;
    throw new UndoError(
      `${at} was changed since, and undoing would lose that change: move the file away, then undo again`,
    );
  }
  for (const { path, before, saved } of changes) {
    if (saved === undefined || before?.type !== 'file') continue;
    const copy = savedPath(change.path, saved);
    if (await holdsStill(copy, await treeEntry(copy), before)) continue;
    throw new UndoError(`${join(out, path)} cannot be restored: its saved copy was changed or removed`);
  }
}
