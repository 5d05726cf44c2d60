import { chmod, mkdir, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeRealFolder, pathToFs, requireRealFolder, syncFolder } from '@face-sets/files';
import type { PathChange } from './change-record.js';
import {
  deepestFirst,
  foldersAbove,
  isSameTime,
  isUntouched,
  type TreeEntry,
  treeEntry,
} from './file-tree.js';
import { linkOrCopy } from './link-or-copy.js';
import { restoringPath, type StoredChange, savedPath } from './undo-store.js';
import type { UndoneChange } from './undone-change.js';

/**
 * Whether what there is of the way to a path is folders, not links to some.
 *
 * @param noFolders Paths where the change itself has put something else.
 */
export async function isRealParent(
  out: string,
  path: string,
  noFolders: ReadonlySet<string> = new Set(),
): Promise<boolean> {
  for (const parent of foldersAbove(path).reverse()) {
    const entry = await treeEntry(join(out, parent));
    if (entry === undefined || noFolders.has(parent)) return true;
    if (entry.type !== 'folder') return false;
  }
  return true;
}

/** Brings every path back; what is as it was is left alone, so that a killed one can be done again. */
export async function restorePaths(
  out: string,
  change: StoredChange,
  changes: readonly PathChange[],
  now: ReadonlyMap<string, TreeEntry>,
): Promise<Pick<UndoneChange, 'restored' | 'removed' | 'kept'>> {
  const removed: string[] = [];
  const kept: string[] = [];
  const restored: string[] = [];
  const wrong = changes.filter(({ path, before }) => now.has(path) && now.get(path)?.type !== before?.type);
  for (const { path } of wrong) {
    if (now.get(path)?.type === 'folder' || !(await isRealParent(out, path))) continue;
    await rm(pathToFs(join(out, path)), { force: true });
    removed.push(path);
  }
  const folders = wrong.flatMap(({ path }) => (now.get(path)?.type === 'folder' ? [path] : []));
  for (const path of deepestFirst(folders)) {
    try {
      if (!(await isRealParent(out, path))) continue;
      await rmdir(pathToFs(join(out, path)));
      removed.push(path);
    } catch {
      kept.push(path);
    }
  }
  // In the order of the tree: each folder comes before what is in it.
  for (const { path, before, saved } of changes) {
    if (before === undefined) continue;
    const at = join(out, path);
    const there = await treeEntry(at);
    if (isBack(there, before)) continue;
    await makeRealFolder(out, dirname(path));
    if (before.type === 'folder') {
      if (there === undefined) await mkdir(pathToFs(at));
      await requireRealFolder(at);
      await chmod(pathToFs(at), before.mode);
    } else {
      const temp = restoringPath(change);
      await rm(temp, { force: true });
      if (before.type === 'link') await symlink(pathToFs(before.target), temp);
      else await linkOrCopy(savedPath(change.path, saved as string), temp, before);
      await rename(temp, pathToFs(at));
      // A rename onto another name of the same file does nothing at all.
      await rm(temp, { force: true });
    }
    restored.push(path);
  }
  // What was saved is forgotten after this.
  const parents = new Set([...removed, ...restored].map((path) => dirname(path)));
  for (const parent of parents) await syncFolder(join(out, parent)).catch(() => {});
  return { restored, removed, kept };
}

function isBack(there: TreeEntry | undefined, before: TreeEntry): boolean {
  if (there?.type === 'file' && before.type === 'file') {
    return there.size === before.size && there.mode === before.mode && isSameTime(there, before);
  }
  return isUntouched(there, before);
}
