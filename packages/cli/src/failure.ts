/** Arguments that make no sense together; shown as one line. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** A text of a step, in which names of options stand between NUL characters, as the command line calls them: `--min-faces`. */
export function inFlags(template: string): string {
  return template.replace(
    /\0(\w+)\0/g,
    (_, name: string) => `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`,
  );
}

/** The line a person reads when a command fails: the message's first line, with system errors put into words. */
export function failureLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { template } = error as { template?: unknown };
  // An error of a step; the class itself would load all steps.
  if (typeof template === 'string') return inFlags(template).split('\n', 1)[0]!;
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
