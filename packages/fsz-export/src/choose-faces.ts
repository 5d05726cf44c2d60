import { measuredText } from '@face-sets/quality';
import { rounded } from './manifest-json.js';
import type { Rejection } from './manifest-parts.js';
import { isNearDuplicate } from './near-duplicates.js';
import type { PerceptualHash } from './perceptual-hash.js';
import type { ExportCache, PlannedFace } from './plan-faceset.js';
import { rejection } from './rejections.js';

/** Which planned faces are exported. */
export interface ChosenFaces {
  /** Indexes into the plan's faces, best first. */
  kept: number[];
  /** Why others are not, by index. */
  rejected: Map<number, Rejection>;
}

/**
 * Goes through the planned faces, best first, and keeps those that are neither a near-duplicate of one that is kept
 * nor from the same photo as one. So the face that stands for another is always exported itself.
 *
 * @param planned Best first.
 * @param failed Faces that cannot be cut out, by index: others take their place.
 */
export function chooseFaces(
  cache: ExportCache,
  planned: readonly PlannedFace[],
  hashes: ReadonlyMap<number, PerceptualHash>,
  duplicateDistance: number,
  failed: ReadonlyMap<number, Rejection>,
): ChosenFaces {
  const kept: number[] = [];
  const rejected = new Map(failed);
  const ofImage = new Map<number, number>();
  const hashed: number[] = [];
  planned.forEach(({ ranked }, i) => {
    if (failed.has(i)) return;
    const { row } = ranked;
    const twin = hashed.find((other) =>
      isNearDuplicate(cache, planned[other].ranked.row, row, hashes, duplicateDistance),
    );
    const image = cache.imageIndex[row];
    const stands = twin ?? ofImage.get(image);
    if (stands === undefined) {
      kept.push(i);
      ofImage.set(image, i);
      if (hashes.has(row)) hashed.push(i);
      return;
    }
    const { ranked: better } = planned[stands];
    const score = measuredText(better.score, ranked.score);
    const [code, message] =
      twin === undefined
        ? ['same-image', `the face in row ${better.row} of the same photo is better (${score})`]
        : [
            'near-duplicate',
            `nearly the same picture as the face in row ${better.row}, which is better (${score})`,
          ];
    rejected.set(i, {
      ...rejection(code, ranked.score, rounded(better.score, 6), message),
      stands_for_it: better.row,
    });
  });
  return { kept, rejected };
}
