import type { PlacedKind } from '@face-sets/manifests';

/** An output whose numbers must be kept would be renumbered. */
export class KeptNumbersError extends Error {
  override readonly name = 'KeptNumbersError';
  /** Stable, for programs. */
  readonly code = 'ERR_KEPT_NUMBERS';
  constructor(
    message: string,
    /** The output. */
    readonly out: string,
    /** The step that made it. */
    readonly kind: PlacedKind,
  ) {
    super(message);
  }
}

/** Extending would have changed who is who, so nothing was written. This is a bug, not a problem of the input. */
export class UnstableLabelsError extends Error {
  override readonly name = 'UnstableLabelsError';
}

/** A file of settings for `import-folders` could not be read. */
export class ImportConfigError extends Error {
  override readonly name = 'ImportConfigError';
}

/** A change cannot be undone: there is none, or something that it would overwrite was changed since. */
export class UndoError extends Error {
  override readonly name = 'UndoError';
}
