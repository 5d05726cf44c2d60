import { lstat, mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LockFile } from '@face-sets/cache-npz';
import {
  errorCode,
  forEachLimit,
  isRealPath,
  nodeFileSystem,
  nullIfMissing,
  requireRealFolder,
  syncFolder,
  TEMP_PREFIX,
  writeFileAtomic,
} from '@face-sets/files';
import { UndoError } from '../errors.js';
import { UNDO_FOLDER } from '../folders/undo-folder.js';
import {
  type ChangeRecord,
  changeRecordSchema,
  readUndoFile,
  type SavedTree,
  savedTreeSchema,
} from './change-record.js';
import { type TreeEntry, treeEntry } from './file-tree.js';
import { linkOrCopy } from './link-or-copy.js';

/**
 * The folder of a change says by its name how far it is:
 * - `0001.new`: what is there is being saved; the work has not begun;
 * - `0001.open`: it is saved, and the work goes on;
 * - `0001`: done; what it has changed can be brought back;
 * - `0001.undo`: it is being brought back;
 * - `0001.gone`: of no use any more.
 *
 * Each step is a rename, so that a killed program leaves one or the other.
 */
export type ChangeState = 'new' | 'open' | 'done' | 'undo' | 'gone';

/** A change in the store. */
export interface StoredChange {
  number: number;
  state: ChangeState;
  /** Its folder. */
  path: string;
}

const BEFORE_FILE = 'before.json';
const CHANGE_FILE = 'change.json';
const FILES_FOLDER = 'files';
const RESTORING_FILE = 'restoring';
const LOCK_FILE = 'lock';
/** Files that are saved or let go at the same time. */
const AT_ONCE = 8;

/** Takes the store of an output for the time of some work; creates it (0700) where there is none. */
export async function withUndoStore<T>(out: string, work: (store: string) => Promise<T>): Promise<T> {
  const store = join(out, UNDO_FOLDER);
  await mkdir(store, { mode: 0o700 }).catch((error) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
  await requireOwnStore(store);
  const lock = await LockFile.acquire(nodeFileSystem, join(store, LOCK_FILE), { what: out, instead: '' });
  try {
    return await work(store);
  } finally {
    await lock.release();
  }
}

/**
 * Makes sure that a store is a folder and its lock a file: an output may come from somebody else, and nothing is read,
 * written or removed through a link in it.
 */
async function requireOwnStore(store: string): Promise<void> {
  await requireRealFolder(store);
  const lock = await treeEntry(join(store, LOCK_FILE));
  const something = await nullIfMissing(store, lstat(join(store, LOCK_FILE)));
  if (!something || lock?.type === 'file') return;
  throw new UndoError(
    `${join(store, LOCK_FILE)} is not a file, though only undo writes there: remove ${UNDO_FOLDER}`,
  );
}

/**
 * The changes in a store, by number. A folder with anything else in it than what this program puts into one is none, and
 * stays as it is.
 *
 * @throws OutputFolderError where something else than a folder is in the place of the store.
 */
export async function storedChanges(store: string): Promise<StoredChange[]> {
  await requireRealFolder(store);
  const changes: StoredChange[] = [];
  for (const { number, state, name } of await numberedEntries(store)) {
    const path = join(store, name);
    if (await holdsOnlyOurs(path, state)) changes.push({ number, state, path });
  }
  return changes.sort((a, b) => a.number - b.number);
}

/** The number after those of all changes, and of whatever else is called like one. */
export async function nextNumber(store: string): Promise<number> {
  return Math.max(0, ...(await numberedEntries(store)).map(({ number }) => number)) + 1;
}

async function numberedEntries(
  store: string,
): Promise<{ number: number; state: ChangeState; name: string }[]> {
  const names = await readdir(store).catch((error) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return names.flatMap((name) => {
    const match = /^(\d{4,15})(?:\.(new|open|undo|gone))?$/.exec(name);
    if (!match) return [];
    return [{ number: Number(match[1]), state: (match[2] ?? 'done') as ChangeState, name }];
  });
}

/** Whether a folder is that of a change: its record is there unless the state says otherwise, and nothing foreign is. */
async function holdsOnlyOurs(path: string, state: ChangeState): Promise<boolean> {
  if ((await treeEntry(path))?.type !== 'folder') return false;
  const names = new Set<string>();
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const { name } = entry;
    if (name === RESTORING_FILE || (entry.isFile() && name.startsWith(TEMP_PREFIX))) continue;
    const expected = name === FILES_FOLDER ? entry.isDirectory() : entry.isFile();
    if (!expected || ![FILES_FOLDER, BEFORE_FILE, CHANGE_FILE].includes(name)) return false;
    names.add(name);
  }
  if (names.has(FILES_FOLDER)) {
    for (const entry of await readdir(join(path, FILES_FOLDER), { withFileTypes: true })) {
      if (!entry.isFile() || !/^\d{1,9}$/.test(entry.name)) return false;
    }
  }
  if (state === 'open') return names.has(BEFORE_FILE);
  return state === 'new' || state === 'gone' || names.has(CHANGE_FILE);
}

/** Lets a change be in another state. */
export async function setState(
  store: string,
  change: StoredChange,
  state: ChangeState,
): Promise<StoredChange> {
  const path = changePath(store, change.number, state);
  await rename(change.path, path);
  await syncFolder(store);
  return { ...change, state, path };
}

function changePath(store: string, number: number, state: ChangeState): string {
  const name = String(number).padStart(4, '0');
  return join(store, state === 'done' ? name : `${name}.${state}`);
}

/** Removes a change and everything that was saved for it. */
export async function forgetChange(store: string, change: StoredChange): Promise<void> {
  const { path } = change.state === 'gone' ? change : await setState(store, change, 'gone');
  // By name, and not all that is there: nothing goes that this program has not put there.
  await removeSaved(path, () => true);
  await rmdir(join(path, FILES_FOLDER)).catch(() => {});
  for (const name of await readdir(path)) {
    if ([BEFORE_FILE, CHANGE_FILE, RESTORING_FILE].includes(name) || name.startsWith(TEMP_PREFIX)) {
      await rm(join(path, name), { force: true });
    }
  }
  await rmdir(path).catch((error) => {
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error;
  });
}

/** Removes saved files of a change that is to be forgotten, or that did not touch them. */
async function removeSaved(path: string, isSuperfluous: (name: string) => boolean): Promise<void> {
  if (!(await isRealPath(path, FILES_FOLDER))) return;
  const names = (await readdir(join(path, FILES_FOLDER))).filter((name) => /^\d{1,9}$/.test(name));
  await forEachLimit(names, AT_ONCE, async (name) => {
    if (isSuperfluous(name)) await rm(savedPath(path, name), { force: true });
  });
}

/**
 * Saves a tree: a hard link to each file, which takes no space and keeps the content however the file is replaced, or a
 * copy where the file system has no links.
 */
export async function saveTree(
  store: string,
  number: number,
  operation: string,
  out: string,
  tree: ReadonlyMap<string, TreeEntry>,
): Promise<StoredChange> {
  const path = changePath(store, number, 'new');
  await mkdir(join(path, FILES_FOLDER), { recursive: true, mode: 0o700 });
  const entries = [...tree].map(([at, entry], i): SavedTree['entries'][number] => ({
    path: at,
    entry,
    ...(entry.type === 'file' ? { saved: String(i) } : {}),
  }));
  await forEachLimit(entries, AT_ONCE, async ({ path: at, entry, saved }) => {
    if (entry.type === 'file') await linkOrCopy(join(out, at), savedPath(path, saved as string), entry);
  });
  const before: SavedTree = { version: 1, operation, entries };
  await writeFileAtomic(join(path, BEFORE_FILE), JSON.stringify(before));
  return setState(store, { number, state: 'new', path }, 'open');
}

/** Where a link or a file is made that will be renamed into its place: in the store, where nothing is in the way. */
export function restoringPath(change: StoredChange): string {
  return join(change.path, RESTORING_FILE);
}

/** Where a saved file is. */
export function savedPath(change: string, saved: string): string {
  return join(change, FILES_FOLDER, saved);
}

/** What was saved before a change. */
export async function readSavedTree(change: StoredChange): Promise<SavedTree> {
  return readUndoFile(join(change.path, BEFORE_FILE), savedTreeSchema);
}

/** Writes what a change did, and lets go of what it did not touch. */
export async function writeRecord(
  store: string,
  change: StoredChange,
  made: ChangeRecord,
): Promise<StoredChange> {
  await writeFileAtomic(join(change.path, CHANGE_FILE), JSON.stringify({ version: 1, ...made }));
  const done = await setState(store, change, 'done');
  await pruneChange(done);
  return done;
}

/** What a change did. */
export async function readRecord(change: StoredChange): Promise<ChangeRecord> {
  return readUndoFile(join(change.path, CHANGE_FILE), changeRecordSchema);
}

/** Removes the saved files of a done change that it did not touch, unless that was done before. */
export async function pruneChange(change: StoredChange): Promise<void> {
  const before = join(change.path, BEFORE_FILE);
  if (!(await nullIfMissing(before, stat(before)))) return;
  const { changes } = await readRecord(change);
  const needed = new Set(changes.map(({ saved }) => saved));
  await removeSaved(change.path, (name) => !needed.has(name));
  await rm(before, { force: true });
}
