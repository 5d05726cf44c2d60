/** The output folder cannot be used: it holds foreign files, is not a folder, or holds output of another kind. */
export class OutputFolderError extends Error {
  override readonly name = 'OutputFolderError';
}

/** A manifest could not be read: missing, not JSON, of another kind or version, or with a wrong field. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/** A file that is to be written is there already, and not of ours: it is left alone. */
export class ForeignFileError extends Error {
  override readonly name = 'ForeignFileError';
  readonly code = 'ERR_FOREIGN_FILE';
}

/** The manifest and the cache do not belong together. */
export class ManifestMismatchError extends Error {
  override readonly name = 'ManifestMismatchError';
}

/** An output whose numbers are to be kept would be numbered anew. */
export class KeptNumbersError extends Error {
  override readonly name = 'KeptNumbersError';
}

/** Extending would have changed who is who: nothing was written. It is a fault of the program, not of the input. */
export class ChurnError extends Error {
  override readonly name = 'ChurnError';
}

/** A bundle is not a well-formed `.fsz`. */
export class FszError extends Error {
  override readonly name = 'FszError';
}

/** A format needs embeddings of a certain model, and those of the cache are of another. */
export class ForeignEmbeddingsError extends Error {
  override readonly name = 'ForeignEmbeddingsError';
}

/** The cache knows no photo in these folders. */
export class FoldersNotInCacheError extends Error {
  override readonly name = 'FoldersNotInCacheError';

  /** @param folders As they were given; at least one. */
  constructor(readonly folders: readonly string[]) {
    const others = folders.length - 1;
    const more = others > 0 ? ` (and ${others} more)` : '';
    super(`the cache knows no photo in ${folders[0]}${more}: check the spelling, or embed it first`);
  }
}

/** A file of settings for `import-folders` could not be read. */
export class ImportConfigError extends Error {
  override readonly name = 'ImportConfigError';
}

/** A change cannot be taken back: there is none, or something that it would overwrite was changed since. */
export class UndoError extends Error {
  override readonly name = 'UndoError';
}

/** `ENOENT` and its like, or the message of anything thrown, for a one-line report. */
export function errorText(error: unknown): string {
  if (error instanceof Error) return error.message.split('\n')[0];
  return String(error);
}

/** The `code` of a Node.js system error (`'ENOENT'`), or undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
