import type { CacheImage } from '@face-sets/cache-npz';

/** Tells the years in which photos were taken, by their SHA-256; those of unknown year are not in it. */
export type YearReader = (images: readonly CacheImage[]) => Promise<ReadonlyMap<string, number>>;
