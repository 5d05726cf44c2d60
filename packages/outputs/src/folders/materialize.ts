import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  link,
  lstat,
  readlink,
  realpath,
  rename,
  rm,
  symlink,
  utimes,
} from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  errorCode,
  errorText,
  pathFromBytes,
  pathToFs,
  type RecordedContent,
  type SourceState,
  sourceState,
  tempBeside,
} from '@face-sets/files';

/**
 * How a photo is placed in an output folder:
 * - `clone` (default): a copy-on-write clone where the file system can (APFS, Btrfs, XFS, ReFS), else a copy;
 * - `hard`: a hard link; needs the same file system; it is the original itself, whose mode it has, which is not changed;
 * - `sym`: a symbolic link to the absolute path.
 */
export type LinkMode = 'clone' | 'hard' | 'sym';

/** The link modes, for option parsers. */
export const LINK_MODES: readonly LinkMode[] = ['clone', 'hard', 'sym'];

/** Why a photo could not be placed. */
export type MaterializeFailure =
  | 'source-missing'
  | 'source-changed'
  | 'source-unreadable'
  | 'foreign-file'
  | 'write-failed';

/** What {@link materialize} did. */
export type MaterializeResult =
  | { status: 'created' | 'unchanged' }
  | { status: 'failed'; reason: MaterializeFailure; message: string };

export interface MaterializeOptions {
  /** Default `clone`. */
  mode?: LinkMode;
  /** What the photo is expected to be; without it any content is taken. */
  expected?: RecordedContent;
  /** Whether a file that is already at `dst` and differs may be replaced; default false. */
  replace?: boolean;
}

/**
 * Brings the photo `src` to `dst`. The original is only read: never changed, moved or deleted.
 *
 * The new file appears by a rename, whole or not at all. Nothing is done where `dst` already is what it would
 * become: the same size and modification time for a copy (a copy gets the time of its original), the same
 * inode for a hard link, the same target for a symbolic one. Failures are returned, not thrown, so that one
 * photo cannot end a run.
 */
export async function materialize(
  src: string,
  dst: string,
  options: MaterializeOptions = {},
): Promise<MaterializeResult> {
  const mode = options.mode ?? 'clone';
  const source = await sourceState(src, options.expected);
  if (source.state !== 'same') return failed(`source-${source.state}`, source.message);
  try {
    const present = await presentAs(src, dst, mode, source);
    if (present === 'identical') {
      if (mode === 'clone') await tighten(dst);
      return { status: 'unchanged' };
    }
    if (present === 'other' && !options.replace) {
      return failed(
        'foreign-file',
        `${dst} is in the way: it was not written by an earlier run; move it away`,
      );
    }
    const temp = tempBeside(dst);
    try {
      await place(src, temp, mode, source);
      await rename(temp, dst);
    } finally {
      await rm(temp, { force: true });
    }
    return { status: 'created' };
  } catch (error) {
    if (mode === 'hard' && errorCode(error) === 'EXDEV') {
      return failed(
        'write-failed',
        `cannot hard-link ${src}: ${dst} is on another file system; use copies or symbolic links`,
      );
    }
    return failed('write-failed', `cannot write ${dst}: ${errorText(error)}`);
  }
}

function failed(reason: MaterializeFailure, message: string): MaterializeResult {
  return { status: 'failed', reason, message };
}

type Same = Extract<SourceState, { state: 'same' }>;

async function presentAs(
  src: string,
  dst: string,
  mode: LinkMode,
  source: Same,
): Promise<'nothing' | 'identical' | 'other'> {
  let info: Awaited<ReturnType<typeof lstat>>;
  try {
    info = await lstat(dst);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'nothing';
    throw error;
  }
  if (mode === 'sym') {
    return info.isSymbolicLink() && pathFromBytes(await readlink(dst, 'buffer')) === resolve(src)
      ? 'identical'
      : 'other';
  }
  if (!info.isFile()) return 'other';
  const sameInode = info.ino === source.ino && info.dev === source.dev;
  if (mode === 'hard') return sameInode ? 'identical' : 'other';
  if (sameInode || info.size !== source.size) return 'other';
  return Math.abs(info.mtimeMs - source.mtime) < 2 ? 'identical' : 'other';
}

/** Takes a copy's looser mode away, unless it is linked elsewhere: then it is not ours alone. */
async function tighten(copy: string): Promise<void> {
  const { mode, nlink } = await lstat(copy);
  if (nlink === 1 && (mode & 0o077) !== 0) await chmod(copy, 0o600);
}

async function place(src: string, temp: string, mode: LinkMode, source: Same): Promise<void> {
  if (mode === 'sym') return symlink(pathToFs(resolve(src)), temp, 'file');
  // A link to a symbolic link would be one itself, and lead nowhere from here.
  if (mode === 'hard') return link(await realpath(pathToFs(src), 'buffer'), temp);
  await copyFile(pathToFs(src), temp, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  // For the owner only, whoever may read the original: who is on it is what the folder says.
  await chmod(temp, 0o600);
  await utimes(temp, source.mtime / 1000, source.mtime / 1000);
}
