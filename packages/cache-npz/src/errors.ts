import { errorCode } from '@face-sets/files';

/** A function was called with an invalid value: the message says what was expected and what was received. */
export class InvalidArgumentError extends RangeError {
  override readonly name = 'InvalidArgumentError';
  /** Stable, for programs. */
  readonly code = 'ERR_INVALID_ARGUMENT';
}

/** The writer was closed before. */
export class CacheClosedError extends Error {
  override readonly name = 'CacheClosedError';
  /** Stable, for programs. */
  readonly code = 'ERR_CACHE_CLOSED';
}

/** A file is a valid `.npz` but not a face cache, or a face cache or journal is inconsistent. */
export class CacheFormatError extends Error {
  override readonly name = 'CacheFormatError';
  /** Stable, for programs. */
  readonly code = 'ERR_CACHE_FORMAT';
}

/** There is neither a cache nor a journal at the path. */
export class CacheNotFoundError extends Error {
  override readonly name = 'CacheNotFoundError';
  /** Stable, for programs. */
  readonly code = 'ERR_CACHE_NOT_FOUND';
}

/** A file is in the way of a new cache. */
export class CacheExistsError extends Error {
  override readonly name = 'CacheExistsError';
  /** Stable, for programs. */
  readonly code = 'ERR_CACHE_EXISTS';
}

/** The cache was made with another model, embedding length or detection setting than the one asked for. */
export class CacheModelMismatchError extends Error {
  override readonly name = 'CacheModelMismatchError';
  /** Stable, for programs. */
  readonly code = 'ERR_CACHE_MODEL_MISMATCH';
}

/** Another process (or another writer in this one) holds the cache open for writing. */
export class CacheLockedError extends Error {
  override readonly name = 'CacheLockedError';
  /** Stable, for programs. */
  readonly code = 'ERR_CACHE_LOCKED';
}

/**
 * The system refused to read or write (disk full, read-only, no permission …). Everything that was flushed
 * before is still there.
 */
export class CacheIoError extends Error {
  override readonly name = 'CacheIoError';
  /** Stable, for programs. */
  readonly code = 'ERR_CACHE_IO';
  /** The system's name for the reason, such as `ENOSPC`, `EACCES`, `EROFS`; `undefined` where there was none. */
  readonly systemCode: string | undefined;

  /**
   * @param message what failed, on which file and what to do
   * @param cause the system's error
   */
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.systemCode = errorCode(cause);
  }
}
