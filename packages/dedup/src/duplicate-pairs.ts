import type { DuplicatesManifest } from '@face-sets/manifests';

/** Pairs of rows of the cache that show one face: one of each near-duplicate and the same one of the best of its group. */
export function duplicatePairs({ near_duplicates }: DuplicatesManifest): [number, number][] {
  return near_duplicates.flatMap(({ copies }) =>
    copies.map(({ row, best_row }): [number, number] => [best_row, row]),
  );
}
