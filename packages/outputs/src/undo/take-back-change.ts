import { basename, dirname, join } from 'node:path';
import { TEMP_PREFIX } from '@face-sets/files';
import { formatFolders, isFormatFile } from '@face-sets/fsz-export';
import { isFacesetId } from '@face-sets/manifests';
import { readFacesetManifest } from '../folders/faceset-folders.js';
import { UNDO_FOLDER } from '../folders/undo-folder.js';
import type { ChangeRecord, PathChange } from './change-record.js';
import { FACESET_GROUPS } from './commit-change.js';
import { isUntouched, listTree, movedPath, renamedFolders, type TreeEntry } from './file-tree.js';
import { requireUnchanged } from './require-unchanged.js';
import { restorePaths } from './restore-paths.js';
import {
  forgetChange,
  readRecord,
  readSavedTree,
  type StoredChange,
  setState,
  storedChanges,
} from './undo-store.js';
import type { UndoneChange } from './undone-change.js';

/**
 * Files that facesets consist of, apart from those of the formats: what an interrupted change has left of them is removed.
 */
const OUR_FILES =
  /(^|\/)(faces\/(_dropped\/)?[0-9a-f-]+\.png|manifest\.json|NAME\.txt|THIN\.txt)$|^_(import|eras)\/.*\.json$|^\.face-sets-[^/]+\.json$/;
/** Folders that facesets consist of, apart from those of the formats. */
const OUR_FOLDERS = /(^|\/)(faces(\/_dropped)?|_thin|_candidates|_merged|_import|_eras)$/;

/** Takes back a change that was interrupted: what it made is told by its name. */
export async function takeBackOpen(out: string, store: string, open: StoredChange): Promise<UndoneChange> {
  const { entries, operation } = await readSavedTree(open);
  const before = new Map(entries.map(({ path, entry }) => [path, entry]));
  const now = await listTree(out, new Set([UNDO_FOLDER]));
  const renamed = renamedFolders(before, now, FACESET_GROUPS, isOwnersName);
  const changes: PathChange[] = [];
  const expected = new Set<string>();
  for (const { path, entry, saved } of entries) {
    const at = movedPath(path, renamed);
    expected.add(at);
    if (!isUntouched(entry, now.get(at))) changes.push({ path: at, before: entry, saved });
  }
  const made = [...now.keys()].filter((path) => !expected.has(path));
  const madeManifests = new Set(
    made.flatMap((path) => (basename(path) === 'manifest.json' ? dirname(path) : [])),
  );
  for (const path of made) {
    const entry = now.get(path) as TreeEntry;
    const marker = path.endsWith('.txt') && madeManifests.has(dirname(path));
    const ours =
      entry.type === 'folder'
        ? OUR_FOLDERS.test(path) ||
          formatFolders().includes(basename(path)) ||
          madeManifests.has(path) ||
          isFacesetId(basename(path))
        : OUR_FILES.test(path) || isFormatFile(path) || marker;
    if (ours || path.split('/').some((part) => part.startsWith(TEMP_PREFIX))) {
      changes.push({ path, after: entry });
    }
  }
  const done = await restorePaths(out, open, changes, now);
  await forgetChange(store, open);
  return { operation, at: null, ...done, left: await countDone(store) };
}

/** A name that a faceset's folder has from its owner. */
function isOwnersName(name: string): boolean {
  return !name.startsWith(TEMP_PREFIX) && !isFacesetId(name);
}

export async function undoChange(out: string, store: string, change: StoredChange): Promise<UndoneChange> {
  const { operation, at, changes, folders } = await readRecord(change);
  const now = await listTree(out, new Set([UNDO_FOLDER]));
  const renamed = await foldersNow(out, folders, now);
  const moved = changes.map((entry) => ({ ...entry, path: movedPath(entry.path, renamed) }));
  await requireUnchanged(out, change, moved, now);
  const undoing = change.state === 'undo' ? change : await setState(store, change, 'undo');
  const done = await restorePaths(out, undoing, moved, now);
  await forgetChange(store, undoing);
  return { operation, at, ...done, left: await countDone(store) };
}

/**
 * Where folders of facesets are by now that their owner has renamed or moved since: the folder itself, or, where a later
 * change has rebuilt it, one with the faceset's id.
 */
async function foldersNow(
  out: string,
  folders: ChangeRecord['folders'],
  now: ReadonlyMap<string, TreeEntry>,
): Promise<Map<string, string>> {
  const after = new Map(
    folders.map(({ path, inode }): [string, TreeEntry] => [path, { type: 'folder', mode: 0, inode }]),
  );
  const renamed = renamedFolders(after, now, FACESET_GROUPS, (name) => !name.startsWith(TEMP_PREFIX));
  const lost = new Map(
    folders.flatMap(({ path, id }) =>
      id === undefined || now.has(path) || renamed.has(path) ? [] : [[id, path]],
    ),
  );
  if (lost.size === 0) return renamed;
  const found = new Set(renamed.values());
  for (const [path, { type }] of now) {
    if (type !== 'folder' || after.has(path) || found.has(path)) continue;
    if (!['.', ...FACESET_GROUPS].includes(dirname(path))) continue;
    const id = (await readFacesetManifest(join(out, path)))?.id;
    const was = id === undefined ? undefined : lost.get(id);
    if (was !== undefined && !renamed.has(was)) renamed.set(was, path);
  }
  return renamed;
}

async function countDone(store: string): Promise<number> {
  return (await storedChanges(store)).filter(({ state }) => state === 'done').length;
}
