/** A file that is a sound `.npz` but no face cache, or a face cache or journal whose content contradicts itself. */
export class CacheFormatError extends Error {
  override name = 'CacheFormatError';
}

/** There is neither a cache nor a journal at the path. */
export class CacheNotFoundError extends Error {
  override name = 'CacheNotFoundError';
}

/** A file is in the way of a new cache. */
export class CacheExistsError extends Error {
  override name = 'CacheExistsError';
}

/** The cache was made with another model, embedding length or detection setting than the one asked for. */
export class CacheModelMismatchError extends Error {
  override name = 'CacheModelMismatchError';
}

/** Another process (or another writer in this one) holds the cache open for writing. */
export class CacheLockedError extends Error {
  override name = 'CacheLockedError';
}

/**
 * The system refused to read or write (disk full, read-only, no permission …). Everything that was flushed
 * before is still there; `code` is the system's own name for the reason, such as `ENOSPC`.
 */
export class CacheIoError extends Error {
  override name = 'CacheIoError';
  /** System error code, for example `ENOSPC`, `EACCES`, `EROFS`; `undefined` where there was none. */
  readonly code: string | undefined;

  /**
   * @param message what failed, on which file and what to do
   * @param cause the system's error
   */
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.code = (cause as NodeJS.ErrnoException | undefined)?.code;
  }
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
  EIO: 'input/output error of the disk',
  EFBIG: 'the file system allows no file that large',
  EMFILE: 'too many open files',
};

/** A system error in words with its code, for the end of a one-line message. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === undefined) return error instanceof Error ? error.message : String(error);
  return REASONS[code] === undefined ? code : `${REASONS[code]} (${code})`;
}
