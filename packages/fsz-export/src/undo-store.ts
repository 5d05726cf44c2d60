import {
  chmod,
  constants,
  copyFile,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
} from 'node:fs/promises';
import { join } from 'node:path';
import { DISK, LockFile, pathToFs } from '@face-sets/cache-npz';
import { z } from 'zod';
import { syncFolder, writeFileAtomic } from './atomic-file.js';
import { errorCode, errorText, UndoError } from './errors.js';
import type { TreeEntry } from './file-tree.js';
import { forEachLimit } from './for-each-limit.js';
import { UNDO_FOLDER } from './undo-folder.js';

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

/** What a change did to a path. */
export interface PathChange {
  path: string;
  before?: TreeEntry;
  after?: TreeEntry;
  /** Name of the saved file. */
  saved?: string;
}

/** A change that is done. */
export interface ChangeRecord {
  /** Name of the operation. */
  operation: string;
  /** When it was done, ISO 8601. */
  at: string;
  changes: PathChange[];
  /** Folders that facesets may be in, after the change: their owner may rename them. */
  folders: {
    path: string;
    inode: string;
    /** Of the faceset in it, where the change has done something there. */
    id?: string;
  }[];
}

const entry = z.union([
  z.object({
    type: z.literal('file'),
    mode: z.int(),
    size: z.number(),
    mtime: z.string(),
    inode: z.string(),
    sha256: z.string().optional(),
  }),
  z.object({ type: z.literal('folder'), mode: z.int(), inode: z.string() }),
  z.object({ type: z.literal('link'), target: z.string() }),
]);
const savedTree = z.object({
  version: z.literal(1),
  operation: z.string(),
  entries: z.array(z.object({ path: z.string(), entry, saved: z.string().optional() })),
});
const record = z.object({
  version: z.literal(1),
  operation: z.string(),
  at: z.string(),
  changes: z.array(
    z.object({
      path: z.string(),
      before: entry.optional(),
      after: entry.optional(),
      saved: z.string().optional(),
    }),
  ),
  folders: z.array(z.object({ path: z.string(), inode: z.string(), id: z.string().optional() })),
});

/** A tree as it was saved before a change. */
export type SavedTree = z.infer<typeof savedTree>;

const BEFORE_FILE = 'before.json';
const CHANGE_FILE = 'change.json';
const FILES_FOLDER = 'files';
const LOCK_FILE = 'lock';
/** Files that are saved or let go at the same time. */
const AT_ONCE = 8;

/** Takes the store of an output for the time of some work; creates it (0700) where there is none. */
export async function withUndoStore<T>(out: string, work: (store: string) => Promise<T>): Promise<T> {
  const store = join(out, UNDO_FOLDER);
  await mkdir(store, { recursive: true, mode: 0o700 });
  const lock = await LockFile.acquire(DISK, join(store, LOCK_FILE), { what: out, instead: '' });
  try {
    return await work(store);
  } finally {
    await lock.release();
  }
}

/** The changes in a store, by number. */
export async function storedChanges(store: string): Promise<StoredChange[]> {
  const names = await readdir(store).catch((error) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return names
    .flatMap((name): StoredChange[] => {
      const match = /^(\d{4,})(?:\.(new|open|undo|gone))?$/.exec(name);
      if (!match) return [];
      const state = (match[2] ?? 'done') as ChangeState;
      return [{ number: Number(match[1]), state, path: join(store, name) }];
    })
    .sort((a, b) => a.number - b.number);
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
  const gone = change.state === 'gone' ? change : await setState(store, change, 'gone');
  await rm(gone.path, { recursive: true, force: true });
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

/** Where a saved file is. */
export function savedPath(change: string, saved: string): string {
  return join(change, FILES_FOLDER, saved);
}

/** Gives a file a second name, or makes a copy with the same mode and time where that cannot be. */
export async function linkOrCopy(
  from: string,
  to: string,
  { mode, mtime }: { mode: number; mtime: string },
): Promise<void> {
  try {
    await link(pathToFs(from), pathToFs(to));
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOSPC' || code === 'EEXIST' || code === undefined) throw error;
    await copyFile(pathToFs(from), pathToFs(to), constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    await chmod(pathToFs(to), mode);
    await setTime(to, mtime);
  }
}

/** Sets the time of change of a file, to the microsecond. */
export async function setTime(path: string, mtime: string): Promise<void> {
  const { atimeMs } = await stat(pathToFs(path));
  // A time as a floating-point number is cut off, so it has to be a little more.
  await utimes(pathToFs(path), atimeMs / 1000, (Number(BigInt(mtime) / 1000n) + 0.5) / 1e6);
}

/** What was saved before a change. */
export async function readSavedTree(change: StoredChange): Promise<SavedTree> {
  return readJson(join(change.path, BEFORE_FILE), savedTree);
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
  return readJson(join(change.path, CHANGE_FILE), record);
}

/** Removes the saved files of a done change that it did not touch, unless that was done before. */
export async function pruneChange(change: StoredChange): Promise<void> {
  const before = join(change.path, BEFORE_FILE);
  if (!(await stat(before).catch(() => null))) return;
  const { changes } = await readRecord(change);
  const needed = new Set(changes.map(({ saved }) => saved));
  await forEachLimit(await readdir(join(change.path, FILES_FOLDER)), AT_ONCE, async (name) => {
    if (!needed.has(name)) await rm(savedPath(change.path, name), { force: true });
  });
  await rm(before, { force: true });
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (errorCode(error) !== undefined && errorCode(error) !== 'ENOENT') throw error;
    const why = error instanceof z.ZodError ? 'it is of another version' : errorText(error);
    throw new UndoError(
      `what undo needs cannot be read from ${path}: ${why}; remove ${UNDO_FOLDER} to go on without it`,
    );
  }
}
