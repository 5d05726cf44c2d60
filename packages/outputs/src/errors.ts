/** A file of settings for `import-folders` could not be read. */
export class ImportConfigError extends Error {
  override readonly name = 'ImportConfigError';
}

/** A change cannot be undone: there is none, or something that it would overwrite was changed since. */
export class UndoError extends Error {
  override readonly name = 'UndoError';
}
