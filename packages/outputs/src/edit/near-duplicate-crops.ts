import { embeddingOf } from '@face-sets/cache-npz';
import { cosineDistance } from '@face-sets/cluster';
import type { ExportCache } from '@face-sets/fsz-export';
import { rejection } from '@face-sets/manifests';
import { measuredText } from '@face-sets/quality';
import { cropOf, type KnownFaceset } from './known-faceset.js';

/** Faces of a faceset that are nearly the same as a better one. */
export function findNearDuplicates(
  known: readonly KnownFaceset[],
  cache: ExportCache,
  similarity: number,
): void {
  const distance = (a: number, b: number) => cosineDistance(embeddingOf(cache, a), embeddingOf(cache, b));
  for (const one of known) {
    const kept: number[] = [];
    for (const [rank, row] of one.rows.entries()) {
      if (one.drop.has(rank)) continue;
      const twin = kept.find((other) => 1 - distance(one.rows[other], row) >= similarity);
      if (twin === undefined) {
        kept.push(rank);
        continue;
      }
      const alike = 1 - distance(one.rows[twin], row);
      const message = `nearly the same as the better face in row ${one.rows[twin]} (similarity ${measuredText(alike, similarity)})`;
      one.drop.set(rank, {
        reason: {
          ...rejection('near-duplicate', alike, similarity, message),
          represented_by: one.rows[twin],
        },
        stays: cropOf(one, twin),
      });
    }
  }
}
