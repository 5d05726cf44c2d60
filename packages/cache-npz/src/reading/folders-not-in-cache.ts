/** The cache has no photo in these folders. */
export class FoldersNotInCacheError extends Error {
  override readonly name = 'FoldersNotInCacheError';
  /** Stable, for programs. */
  readonly code = 'ERR_FOLDERS_NOT_IN_CACHE';

  /** @param folders As they were given; at least one. */
  constructor(readonly folders: readonly string[]) {
    const others = folders.length - 1;
    const more = others > 0 ? ` (and ${others} more)` : '';
    super(`the cache has no photo in ${folders[0]}${more}: check the spelling, or embed the folder first`);
  }
}
