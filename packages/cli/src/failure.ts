/** Something the user asked for that cannot be done; shown as one line. Exit code 1. */
export class Failure extends Error {
  override name = 'Failure';
}

/** Arguments that make no sense together; shown as one line. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** The line a person reads when a command fails: the message's first line, with system errors put into words. */
export function failureLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code && syscall && code in SYSTEM_ERRORS) {
    return path ? `${path}: ${SYSTEM_ERRORS[code]}` : SYSTEM_ERRORS[code]!;
  }
  return error.message.split('\n', 1)[0]!;
}

const SYSTEM_ERRORS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'not a folder',
  EISDIR: 'is a folder, expected a file',
  EEXIST: 'is a file, expected a folder',
  ENOSPC: 'no space left on the disk',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
};
