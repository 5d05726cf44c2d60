import { setTimeout as sleep } from 'node:timers/promises';
import { type FileSystem, isNotFound, type OpenFile } from '@face-sets/files';
import { NpzReader } from '@face-sets/npz/file';
import { CacheFormatError, CacheNotFoundError } from '../errors.js';
import { findContinuation, type JournalStart, readJournalStart } from '../journal/journal-scan.js';
import { fingerprintOf } from './cache-base.js';

/** A cache's files as they belong together at one moment. */
export interface Snapshot {
  /** The `.npz`; `null` before the first fold. */
  npz: NpzReader | null;
  /** Identity of the `.npz`; `null` where there is none. */
  fingerprint: string | null;
  /** The journal; `null` where there is none, or where it holds nothing that the `.npz` does not. */
  journal: { file: OpenFile; start: JournalStart; recordsAt: number } | null;
  /** Whether a journal file is there that holds nothing more. */
  staleJournal: boolean;
  /** Closes both files. */
  close(): Promise<void>;
}

/** Name of a cache's journal. */
export function journalPath(path: string): string {
  return `${path}.journal`;
}

/** The error for a path at which there is no cache. */
export function notFound(path: string): CacheNotFoundError {
  return new CacheNotFoundError(`there is no face cache at ${path}: embed photos into it first`);
}

const ATTEMPTS = 8;
const PAUSE_MS = 50;

/**
 * Opens a cache and its journal so that they fit each other, also while another process writes.
 *
 * The journal is opened first: whatever it held at that moment is in it (an open file outlives its name) or in
 * the `.npz` that is opened next. Only if two folds pass in between do the two not fit; then we look again.
 *
 * @throws CacheNotFoundError when there is neither file
 * @throws CacheFormatError when the journal belongs to another `.npz`
 */
export async function openSnapshot(fs: FileSystem, path: string): Promise<Snapshot> {
  for (let attempt = 1; ; attempt++) {
    const snapshot = await tryOpenSnapshot(fs, path);
    if (snapshot !== null) return snapshot;
    if (attempt === ATTEMPTS) {
      throw new CacheFormatError(
        `${journalPath(path)} does not belong to ${path}: it was started for another file; move one of them away`,
      );
    }
    await sleep(PAUSE_MS);
  }
}

async function tryOpenSnapshot(fs: FileSystem, path: string): Promise<Snapshot | null> {
  let file: OpenFile | null = null;
  let npz: NpzReader | null = null;
  const close = async () => {
    await file?.close();
    await npz?.close();
  };
  try {
    file = await unlessMissing(fs.open(journalPath(path), 'r'));
    npz = await unlessMissing(NpzReader.open(path, fs));
    if (file === null && npz === null) {
      throw notFound(path);
    }
    const fingerprint = npz === null ? null : fingerprintOf(npz.directoryBytes);
    if (file === null) return { npz, fingerprint, journal: null, staleJournal: false, close };
    const start = await readJournalStart(file, journalPath(path));
    if (start === null) {
      return { npz, fingerprint, journal: null, staleJournal: true, close };
    }
    const recordsAt = await findContinuation(file, start, fingerprint);
    if (recordsAt === null) {
      await close();
      return null;
    }
    return { npz, fingerprint, journal: { file, start, recordsAt }, staleJournal: false, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function unlessMissing<T>(opening: Promise<T>): Promise<T | null> {
  try {
    return await opening;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
