/** A `.npy` array, or the header of one, that is damaged, hostile or of a kind this codec does not read. */
export class NpyFormatError extends Error {
  override readonly name = 'NpyFormatError';
  /** Stable, for programs. */
  readonly code = 'ERR_NPY_FORMAT';
}

/** A `.npz` (zip) container that is damaged, hostile or uses a zip feature no `.npz` has. */
export class NpzFormatError extends Error {
  override readonly name = 'NpzFormatError';
  /** Stable, for programs. */
  readonly code = 'ERR_NPZ_FORMAT';
}
