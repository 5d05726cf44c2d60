import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  errorCode,
  type FileSystem,
  isNotFound,
  readFully,
  reasonText,
  removeIfThere,
  writeFully,
} from '@face-sets/files';
import { CacheIoError, CacheLockedError } from '../errors.js';

/** What stands in a lock file, as JSON. */
interface LockOwner {
  /** Process that holds the lock. */
  pid: number;
  /** Machine it runs on. */
  host: string;
  /** Since when, in milliseconds since the epoch. */
  since: number;
  /** When that process was started, in the system's own terms; tells it from a later one with the same pid. */
  started: string | null;
  /** Random, so that a writer recognizes its own lock. */
  token: string;
}

/** How an error speaks of what is locked. */
interface Busy {
  what: string;
  instead: string;
}
const CACHE_BUSY: Busy = { what: 'the cache', instead: ', or use another cache file' };

/** How long a half-written lock file may be somebody's who is just writing it. */
const WRITING_MS = 200;
/** How long after a takeover another process that saw the same stale lock may still replace ours. */
const TAKEOVER_MS = 100;

/** A lock that keeps a second writer out, by a file beside the cache that names its owner. */
export class LockFile {
  /** What the user should know about how the lock was got, or `null`. */
  readonly notice: string | null;
  readonly #fs: FileSystem;
  readonly #path: string;
  readonly #text: string;

  private constructor(fs: FileSystem, path: string, text: string, notice: string | null) {
    this.#fs = fs;
    this.#path = path;
    this.#text = text;
    this.notice = notice;
  }

  /**
   * Takes the lock, also from an owner on this machine that is no longer alive.
   *
   * @param path the lock file
   * @param busy what the error says of what is locked, and what else to do than to wait
   * @throws CacheLockedError when its owner is alive, or on another machine where nobody can tell
   * @throws CacheIoError when the file cannot be written
   */
  static async acquire(fs: FileSystem, path: string, busy: Busy = CACHE_BUSY): Promise<LockFile> {
    const owner: LockOwner = {
      pid: process.pid,
      host: hostname(),
      since: Date.now(),
      started: startOf(process.pid),
      token: randomBytes(12).toString('hex'),
    };
    const text = JSON.stringify(owner);
    try {
      for (let attempt = 0; attempt < 3; attempt++) {
        if (await createExclusively(fs, path, text)) return new LockFile(fs, path, text, null);
        const seen = await readLock(fs, path);
        if (seen === null) continue;
        const other = parseOwner(seen);
        if (other !== null && !isGone(other)) throw lockedBy(other, path, busy);
        if (await takeOver(fs, path, seen, text)) {
          const who =
            other === null ? 'an unknown process' : `process ${other.pid}, which is no longer running`;
          return new LockFile(fs, path, text, `took over ${path} from ${who}`);
        }
      }
    } catch (error) {
      if (error instanceof CacheLockedError) throw error;
      throw new CacheIoError(
        `cannot write ${path}: ${reasonText(error)}; choose a folder that can be written`,
        error,
      );
    }
    throw new CacheLockedError(`${path} is being taken by another process; try again when it is done`);
  }

  /** Throws CacheLockedError when the lock is no longer ours: somebody removed or took it. */
  async verify(): Promise<void> {
    if ((await readLock(this.#fs, this.#path)) === this.#text) return;
    throw new CacheLockedError(
      `${this.#path} was removed or taken by another process while this one was writing; run again once it is done`,
    );
  }

  /** Gives the lock up, unless somebody else has taken it. */
  async release(): Promise<void> {
    if ((await readLock(this.#fs, this.#path)) === this.#text) await removeIfThere(this.#fs, this.#path);
  }
}

async function createExclusively(fs: FileSystem, path: string, text: string): Promise<boolean> {
  try {
    const file = await fs.open(path, 'wx', 0o600);
    try {
      await writeFully(file, Buffer.from(text), 0);
    } catch (error) {
      await fs.unlink(path).catch(() => {});
      throw error;
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The lock file's text, or `null` when it has gone meanwhile. */
async function readLock(fs: FileSystem, path: string): Promise<string | null> {
  try {
    const file = await fs.open(path, 'r');
    try {
      const bytes = new Uint8Array(4096);
      return Buffer.from(bytes.subarray(0, await readFully(file, bytes, 0))).toString('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

function parseOwner(text: string): LockOwner | null {
  try {
    const owner = JSON.parse(text) as LockOwner;
    return Number.isSafeInteger(owner?.pid) && owner.pid > 0 && typeof owner.host === 'string' ? owner : null;
  } catch {
    return null;
  }
}

function isGone(owner: LockOwner): boolean {
  if (owner.host !== hostname()) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM says that it is there and somebody else's.
    if (errorCode(error) === 'ESRCH') return true;
  }
  const started = startOf(owner.pid);
  if (owner.started !== null && started !== null) return owner.started !== started;
  // In a container that is started again, the pid may be our own.
  return owner.pid === process.pid && owner.since < Date.now() - process.uptime() * 1000;
}

/** When a process was started: boot and clock tick, on Linux; `null` where the system does not say. */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; field 22 is the 20th after it.
    return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return null;
  }
}

function lockedBy(owner: LockOwner, path: string, { what, instead }: Busy): CacheLockedError {
  const since = new Date(owner.since).toISOString();
  const elsewhere = owner.host === hostname() ? '' : `; if that process is gone, remove ${path}`;
  return new CacheLockedError(
    `${what} is being written by process ${owner.pid} on ${owner.host} since ${since} (${path}): wait for it${instead}${elsewhere}`,
  );
}

/** Replaces a stale lock by ours; `false` when somebody else was faster. */
async function takeOver(fs: FileSystem, path: string, seen: string, text: string): Promise<boolean> {
  if (parseOwner(seen) === null) {
    await sleep(WRITING_MS);
    if ((await readLock(fs, path)) !== seen) return false;
  }
  const temp = `${path}.${randomBytes(6).toString('hex')}`;
  await createExclusively(fs, temp, text);
  try {
    if ((await readLock(fs, path)) !== seen) {
      await fs.unlink(temp);
      return false;
    }
    await fs.rename(temp, path);
  } catch (error) {
    await fs.unlink(temp).catch(() => {});
    throw error;
  }
  // Whoever renames last within this time has the lock.
  await sleep(TAKEOVER_MS);
  return (await readLock(fs, path)) === text;
}
