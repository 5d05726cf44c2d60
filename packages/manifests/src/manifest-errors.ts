/** A manifest could not be read: missing, not JSON, of another kind or version, or with a wrong field. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  /** Stable, for programs. */
  readonly code = 'ERR_MANIFEST';
}

/** The manifest and the cache do not belong together. */
export class ManifestMismatchError extends Error {
  override readonly name = 'ManifestMismatchError';
  /** Stable, for programs. */
  readonly code = 'ERR_MANIFEST_MISMATCH';
}
