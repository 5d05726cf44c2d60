/** The first line of the message of anything thrown, for a one-line report. */
export function errorText(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0].trim();
}

/** The `code` of a Node.js system error (`'ENOENT'`), or undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether an error is the system's: its code is one such as `ENOENT`, not one of a library such as `ERR_FOREIGN_FILE`. */
export function isSystemError(error: unknown): boolean {
  return /^E[A-Z0-9]+$/.test(errorCode(error) ?? '');
}

const REASONS: Record<string, string> = {
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EIO: 'disk input/output error',
  EFBIG: 'the file system does not allow files this large',
  EEXIST: 'it already exists',
  EMFILE: 'too many open files',
};

/** A system error in words with its code, or the message of another, for the end of a one-line message. */
export function reasonText(error: unknown): string {
  const code = errorCode(error);
  if (code === undefined) return errorText(error);
  return REASONS[code] === undefined ? code : `${REASONS[code]} (${code})`;
}

/**
 * A system error as a line of its own, such as `/photos/a.jpg: permission denied (EACCES)`; null for any other error, and
 * for a system error that there are no words for.
 */
export function systemErrorLine(error: unknown): string | null {
  if (!isSystemError(error) || REASONS[errorCode(error) ?? ''] === undefined) return null;
  const { path } = error as NodeJS.ErrnoException;
  return path ? `${path}: ${reasonText(error)}` : reasonText(error);
}
