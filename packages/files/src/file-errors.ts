/** A file to be written exists already and was not written by face-sets, so it is left alone. */
export class ForeignFileError extends Error {
  override readonly name = 'ForeignFileError';
  /** Stable, for programs. */
  readonly code = 'ERR_FOREIGN_FILE';
}

/** The output folder cannot be used: it holds foreign files, is not a folder, or holds output of another kind. */
export class OutputFolderError extends Error {
  override readonly name = 'OutputFolderError';
  /** Stable, for programs. */
  readonly code = 'ERR_OUTPUT_FOLDER';
}

/** Something is there, but the system does not let it be looked at or read. */
export class UnreadablePathError extends Error {
  override readonly name = 'UnreadablePathError';
  /** Stable, for programs. */
  readonly code = 'ERR_UNREADABLE_PATH';
}
