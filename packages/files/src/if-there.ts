import { UnreadablePathError } from './file-errors.js';
import { readRegularFile } from './read-file.js';
import { errorCode, isSystemError, reasonText } from './system-error.js';

/** Codes with which systems say that there is nothing; `ELOOP`: links that lead to one another, and to nothing. */
const NOTHING = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);
/** Something is there, but no regular file: see {@link readRegularFile}; `ENXIO` is what a socket gives. */
const NO_FILE = new Set(['EINVAL', 'ENXIO']);

/**
 * What a call of `node:fs` gives, or null where there is nothing at the path. Everything else is an error: a folder that
 * may not be read is not an empty one.
 *
 * @param path What the call looks at, for the error.
 * @throws UnreadablePathError that names the path and says what to do.
 */
export async function nullIfMissing<T>(path: string, call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (NOTHING.has(errorCode(error) ?? '')) return null;
    throw new UnreadablePathError(
      `cannot read ${path}: ${reasonText(error)}; allow this user to read it, or move it away`,
      { cause: error },
    );
  }
}

/**
 * The bytes of a regular file, or null where there is none: nothing, or a folder, a pipe or a device.
 *
 * @param options See {@link readRegularFile}; a symbolic link that is not to be followed is not a regular file.
 * @throws UnreadablePathError as {@link nullIfMissing} does.
 */
export async function readFileIfThere(
  path: string,
  options: { follow?: boolean } = {},
): Promise<Buffer | null> {
  const read = readRegularFile(path, options).catch((error) => {
    if (NO_FILE.has(errorCode(error) ?? '')) return null;
    throw error;
  });
  return nullIfMissing(path, read);
}
