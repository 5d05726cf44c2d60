import { chmod, mkdir, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import {
  fileSha256,
  makeRealFolder,
  pathToFs,
  requireRealFolder,
  syncFolder,
  TEMP_PREFIX,
} from '@face-sets/files';
import { formatFolders, isFormatFile } from '@face-sets/fsz-export';
import { isFacesetId } from '@face-sets/manifests';
import { UndoError } from '../errors.js';
import { readFacesetManifest, THIN_FOLDER } from '../folders/faceset-folders.js';
import { UNDO_FOLDER } from '../folders/undo-folder.js';
import {
  deepestFirst,
  holdsStill,
  isSameTime,
  isUntouched,
  listTree,
  movedPath,
  renamedFolders,
  type TreeEntry,
  treeEntry,
} from './file-tree.js';
import {
  type ChangeRecord,
  forgetChange,
  linkOrCopy,
  nextNumber,
  type PathChange,
  pruneChange,
  readRecord,
  readSavedTree,
  restoringPath,
  type StoredChange,
  savedPath,
  saveTree,
  setState,
  storedChanges,
  withUndoStore,
  writeRecord,
} from './undo-store.js';

/** So many changes can be taken back; older ones are forgotten. */
export const MOST_CHANGES = 10;

/**
 * Files that facesets consist of, apart from those of the formats: what an interrupted change has left of them is removed.
 */
const OUR_FILES =
  /(^|\/)(faces\/(_dropped\/)?[0-9a-f-]+\.png|manifest\.json|NAME\.txt|THIN\.txt)$|^_(import|eras)\/.*\.json$|^\.face-sets-[^/]+\.json$/;
/** Folders that facesets consist of, apart from those of the formats. */
const OUR_FOLDERS = /(^|\/)(faces(\/_dropped)?|_thin|_candidates|_merged|_import|_eras)$/;
/** Folders of the root in which there are folders of facesets too. */
const GROUPS = [THIN_FOLDER];

/** Folders in which this program is in the middle of a change. */
const changing = new Set<string>();

/** Options of {@link recordChange} and {@link undoLastChange}. */
export interface ChangeOptions {
  /** Called when an earlier change was interrupted (its program was killed) and has been taken back now. */
  onRecovered?: (operation: string) => void;
}

/** What {@link undoLastChange} did. */
export interface UndoneChange {
  /** The operation that was taken back. */
  operation: string;
  /** When it was done (ISO 8601); null for one that was interrupted. */
  at: string | null;
  /** Paths that were brought back, below the output. */
  restored: string[];
  /** Paths that the change had made, and that are gone now. */
  removed: string[];
  /** Folders that the change had made and that stay, since there is something else in them now. */
  kept: string[];
  /** How many changes can still be taken back. */
  left: number;
}

/**
 * Does some work on an output folder so that it can be taken back: all of it, or nothing. Before, everything below the
 * folder is saved into `.face-sets-undo/` there (hard links, which take no space and little time; copies where the file
 * system has none). Afterwards only what the work has changed or removed is kept, with the list of what it made. Work
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
      await commit(out, store, open, operation);
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
    return undo(out, store, last);
  });
}

function nothingToUndo(out: string): UndoError {
  return new UndoError(
    `nothing to undo in ${out}: no change was recorded there that is not taken back already (the last ${MOST_CHANGES} are kept)`,
  );
}

/** Ends what killed programs have left; returns the change that was taken back, if any. */
async function recover(out: string, store: string): Promise<UndoneChange | null> {
  let undone: UndoneChange | null = null;
  for (const change of await storedChanges(store)) {
    if (change.state === 'new' || change.state === 'gone') await forgetChange(store, change);
    else if (change.state === 'done') await pruneChange(change);
    else if (change.state === 'undo') undone = await undo(out, store, change);
    else undone = await takeBackOpen(out, store, change);
  }
  return undone;
}

async function commit(out: string, store: string, open: StoredChange, operation: string): Promise<void> {
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
    if (entry.type !== 'folder' || !['.', ...GROUPS].includes(dirname(path))) continue;
    const id = touched.has(path) ? (await readFacesetManifest(join(out, path)))?.id : undefined;
    folders.push({ path, inode: entry.inode, ...(id === undefined ? {} : { id }) });
  }
  await writeRecord(store, open, { operation, at: new Date().toISOString(), changes, folders });
}

/** Takes back a change that was interrupted: what it made is told by its name. */
async function takeBackOpen(out: string, store: string, open: StoredChange): Promise<UndoneChange> {
  const { entries, operation } = await readSavedTree(open);
  const before = new Map(entries.map(({ path, entry }) => [path, entry]));
  const now = await listTree(out, new Set([UNDO_FOLDER]));
  const renamed = renamedFolders(before, now, GROUPS, isOwnersName);
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
  const done = await apply(out, open, changes, now);
  await forgetChange(store, open);
  return { operation, at: null, ...done, left: await countDone(store) };
}

/** A name that a faceset's folder has from its owner. */
function isOwnersName(name: string): boolean {
  return !name.startsWith(TEMP_PREFIX) && !isFacesetId(name);
}

async function undo(out: string, store: string, change: StoredChange): Promise<UndoneChange> {
  const { operation, at, changes, folders } = await readRecord(change);
  const now = await listTree(out, new Set([UNDO_FOLDER]));
  const renamed = await foldersNow(out, folders, now);
  const moved = changes.map((entry) => ({ ...entry, path: movedPath(entry.path, renamed) }));
  await requireUnchanged(out, change, moved, now);
  const undoing = change.state === 'undo' ? change : await setState(store, change, 'undo');
  const done = await apply(out, undoing, moved, now);
  await forgetChange(store, undoing);
  return { operation, at, ...done, left: await countDone(store) };
}

/**
 * Where folders of facesets are by now that their owner has renamed or moved since: the folder itself, or, where a later
 * change has made it anew, one with the faceset's id.
 */
async function foldersNow(
  out: string,
  folders: ChangeRecord['folders'],
  now: ReadonlyMap<string, TreeEntry>,
): Promise<Map<string, string>> {
  const after = new Map(
    folders.map(({ path, inode }): [string, TreeEntry] => [path, { type: 'folder', mode: 0, inode }]),
  );
  const renamed = renamedFolders(after, now, GROUPS, (name) => !name.startsWith(TEMP_PREFIX));
  const lost = new Map(
    folders.flatMap(({ path, id }) =>
      id === undefined || now.has(path) || renamed.has(path) ? [] : [[id, path]],
    ),
  );
  if (lost.size === 0) return renamed;
  const found = new Set(renamed.values());
  for (const [path, { type }] of now) {
    if (type !== 'folder' || after.has(path) || found.has(path)) continue;
    if (!['.', ...GROUPS].includes(dirname(path))) continue;
    const id = (await readFacesetManifest(join(out, path)))?.id;
    const was = id === undefined ? undefined : lost.get(id);
    if (was !== undefined && !renamed.has(was)) renamed.set(was, path);
  }
  return renamed;
}

/** The folder that a path is in, the one that that is in, and so on. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.push(at);
  return folders;
}

async function countDone(store: string): Promise<number> {
  return (await storedChanges(store)).filter(({ state }) => state === 'done').length;
}

/** Makes sure that nothing gets lost that was changed since. */
async function requireUnchanged(
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
        `${join(out, dirname(path))} was replaced by something else than the folder that the change left there: put the folder back, then undo again`,
      );
    }
    // Brought back already, by an undo that was killed.
    if (before !== undefined && (await holdsStill(at, there, before))) continue;
    // Its owner has removed it: there is nothing to lose.
    if (there === undefined) continue;
    if (after !== undefined && (await holdsStill(at, there, after))) continue;
    if (there.type === 'folder' && (before === undefined || before.type === 'folder')) continue;
    throw new UndoError(
      `${at} was changed since, and to undo would lose that: move the file away, then undo again`,
    );
  }
  for (const { path, before, saved } of changes) {
    if (saved === undefined || before?.type !== 'file') continue;
    const copy = savedPath(change.path, saved);
    if (await holdsStill(copy, await treeEntry(copy), before)) continue;
    throw new UndoError(
      `${join(out, path)} cannot be brought back: what was saved of it was changed or removed since`,
    );
  }
}

/**
 * Whether what there is of the way to a path is folders, not links to some.
 *
 * @param noFolders Paths where the change itself has put something else.
 */
async function isRealParent(
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
async function apply(
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
