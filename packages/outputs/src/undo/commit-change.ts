import { dirname, join } from 'node:path';
import { fileSha256 } from '@face-sets/files';
import { readFacesetManifest, THIN_FOLDER } from '../folders/faceset-folders.js';
import { UNDO_FOLDER } from '../folders/undo-folder.js';
import type { ChangeRecord, PathChange } from './change-record.js';
import { foldersAbove, isUntouched, listTree } from './file-tree.js';
import { forgetChange, readSavedTree, type StoredChange, writeRecord } from './undo-store.js';

/** Folders of the root in which there are folders of facesets too. */
export const FACESET_GROUPS = [THIN_FOLDER];

/** Records what a change did to each path, and lets go of what it did not touch. */
export async function commitChange(
  out: string,
  store: string,
  open: StoredChange,
  operation: string,
): Promise<void> {
  const { entries } = await readSavedTree(open);
  const before = new Map(entries.map(({ path, entry, saved }) => [path, { entry, saved }]));
  const after = await listTree(out, new Set([UNDO_FOLDER]));
  const changes: PathChange[] = [];
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const was = before.get(path);
    const is = after.get(path);
    if (isUntouched(was?.entry, is)) continue;
    if (is?.type === 'file') is.sha256 = await fileSha256(join(out, path));
    changes.push({
      path,
      ...(was ? { before: was.entry } : {}),
      ...(was?.saved === undefined ? {} : { saved: was.saved }),
      ...(is ? { after: is } : {}),
    });
  }
  // A file that was moved is still reached by its new path, and may be written into there.
  const moved = new Map(
    changes.flatMap(({ after }) => (after?.type === 'file' ? [[after.inode, after] as const] : [])),
  );
  for (const { before: was } of changes) {
    const same = was?.type === 'file' ? moved.get(was.inode) : undefined;
    if (was?.type === 'file' && same?.mtime === was.mtime) was.sha256 = same.sha256;
  }
  if (changes.length === 0) {
    await forgetChange(store, open);
    return;
  }
  const touched = new Set(changes.flatMap(({ path }) => foldersAbove(path)));
  const folders: ChangeRecord['folders'] = [];
  for (const [path, entry] of after) {
    if (entry.type !== 'folder' || !['.', ...FACESET_GROUPS].includes(dirname(path))) continue;
    const id = touched.has(path) ? (await readFacesetManifest(join(out, path)))?.id : undefined;
    folders.push({ path, inode: entry.inode, ...(id === undefined ? {} : { id }) });
  }
  await writeRecord(store, open, { operation, at: new Date().toISOString(), changes, folders });
}
