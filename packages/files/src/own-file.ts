import { lstat, open } from 'node:fs/promises';
import { ForeignFileError } from './file-errors.js';
import { pathToFs } from './file-path.js';
import { errorCode } from './system-error.js';
import { writeFileAtomic } from './write-file-atomic.js';

/** Bytes of a file that are looked at. */
const START_BYTES = 4096;

/** How a file that face-sets has written is told from anything else. */
export interface OwnFile {
  /** What it is, for the error, such as `a report page`. */
  what: string;
  /** @param start The first 4,096 bytes of the file as UTF-8. */
  isOurs(start: string): boolean;
}

/** A JSON file of ours, as `manifestJson` writes it or `JSON.stringify` does: told by its `kind`, which must come early. */
export function ownJson(kind: string): OwnFile {
  const mark = new RegExp(`^\\{\\s*"schema_version":\\s*\\d+,\\s*"kind":\\s*${JSON.stringify(kind)}[,\\s}]`);
  return { what: `a JSON file of kind "${kind}"`, isOurs: (start) => mark.test(start) };
}

/**
 * Makes sure that a file may be written: nothing is there, or a file of the same kind that face-sets has written before.
 * Every single file that a user names, or that goes beside one, is checked by this before it is written.
 *
 * @throws ForeignFileError when something else is there: another file, a folder, a symbolic link, a pipe. Nothing of it is
 *   changed, and a link is not followed.
 */
export async function requireOwnFile(path: string, own: OwnFile): Promise<void> {
  const found = await foundAt(path, own);
  if (found === null) return;
  throw new ForeignFileError(
    `${path} is ${found}, expected ${own.what} written by face-sets, or nothing: choose another name, or move it away`,
  );
}

/**
 * Writes a file: atomic, mode 0600.
 *
 * @throws ForeignFileError as {@link requireOwnFile} does.
 */
export async function writeOwnFile(
  path: string,
  content: string | Iterable<string>,
  own: OwnFile,
): Promise<void> {
  await requireOwnFile(path, own);
  await writeFileAtomic(path, content);
}

/** What is in the way; null where there is nothing, or a file of ours. */
async function foundAt(path: string, own: OwnFile): Promise<string | null> {
  let info: Awaited<ReturnType<typeof lstat>>;
  try {
    info = await lstat(pathToFs(path));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
  if (info.isSymbolicLink()) return 'a symbolic link';
  if (info.isDirectory()) return 'a folder';
  if (!info.isFile()) return 'a pipe or device';
  const file = await open(pathToFs(path), 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
    return own.isOurs(buffer.toString('utf8', 0, bytesRead)) ? null : 'another file';
  } finally {
    await file.close();
  }
}
