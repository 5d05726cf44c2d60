import { type Rejection, rejection, rounded } from '@face-sets/manifests';
import {
  bestCopy,
  type Copy,
  isAsLarge,
  measuredText,
  type PerceptualHash,
  whyNotBest,
} from '@face-sets/quality';
import type { ExportCache } from './export-cache.js';
import { isNearDuplicate } from './near-duplicates.js';
import type { PlannedFace } from './plan-faceset.js';

/** Which planned faces are exported. */
export interface ChosenFaces {
  /** Indexes into the plan's faces, best first. */
  kept: number[];
  /** Why others are not, by index. */
  rejected: Map<number, Rejection>;
}

/**
 * Goes through the planned faces, best first, and keeps those that are neither a near-duplicate of one that is kept
 * nor from the same photo as one. So the face that stands for another is always exported itself. Of near-duplicates the one
 * from the best copy of the picture comes first, whatever its score: noise and blocks score as detail.
 *
 * @param planned Best first.
 * @param failed Faces that cannot be cut out, by index: others take their place.
 * @param copies By row, what tells near-duplicates apart; without it their scores do.
 */
export function chooseFaces(
  cache: ExportCache,
  planned: readonly PlannedFace[],
  hashes: ReadonlyMap<number, PerceptualHash>,
  duplicateThreshold: number,
  failed: ReadonlyMap<number, Rejection>,
  copies: ReadonlyMap<number, Copy> = new Map(),
): ChosenFaces {
  const kept: number[] = [];
  const rejected = new Map(failed);
  const ofImage = new Map<number, number>();
  const hashed: number[] = [];
  const isTwin = (a: number, b: number) =>
    isNearDuplicate(cache, planned[a].ranked.row, planned[b].ranked.row, hashes, duplicateThreshold);
  for (const i of bestCopiesFirst(planned, failed, hashes, copies, isTwin)) {
    const { ranked } = planned[i];
    const { row } = ranked;
    const twin = hashed.find((other) => isTwin(other, i));
    const image = cache.imageIndex[row];
    const stands = twin ?? ofImage.get(image);
    if (stands === undefined) {
      kept.push(i);
      ofImage.set(image, i);
      if (hashes.has(row)) hashed.push(i);
      continue;
    }
    const { ranked: better } = planned[stands];
    const score = measuredText(better.score, ranked.score);
    const [code, message] =
      twin === undefined
        ? ['same-image', `the face in row ${better.row} of the same photo is better (${score})`]
        : [
            'near-duplicate',
            `nearly the same picture as the face in row ${better.row}, which is better (${whyWorse(copies, row, better.row) ?? score})`,
          ];
    rejected.set(i, {
      ...rejection(code, ranked.score, rounded(better.score, 6), message),
      represented_by: better.row,
    });
  }
  return { kept: kept.sort((a, b) => a - b), rejected };
}

/** The faces that can be cut out, best first, but of near-duplicates the best copy before the others. */
function bestCopiesFirst(
  planned: readonly PlannedFace[],
  failed: ReadonlyMap<number, Rejection>,
  hashes: ReadonlyMap<number, PerceptualHash>,
  copies: ReadonlyMap<number, Copy>,
  isTwin: (a: number, b: number) => boolean,
): number[] {
  const order: number[] = [];
  const placed = new Set<number>();
  const hashed = planned.flatMap(({ ranked: { row } }, i) =>
    hashes.has(row) && copies.has(row) && !failed.has(i) ? [i] : [],
  );
  for (const i of planned.keys()) {
    if (failed.has(i) || placed.has(i)) continue;
    const own = copies.get(planned[i].ranked.row);
    const copyAt = (j: number) => copies.get(planned[j].ranked.row) as Copy;
    // Of another size, the score tells which is better.
    const twins =
      own && hashed.includes(i)
        ? hashed.filter((j) => !placed.has(j) && (j === i || (isTwin(i, j) && isAsLarge(own, copyAt(j)))))
        : [i];
    const first = twins.length > 1 ? bestOf(twins, copyAt) : i;
    order.push(first);
    placed.add(first);
    if (first !== i) {
      order.push(i);
      placed.add(i);
    }
  }
  return order;
}

/** Why a face is the worse copy, where the copies tell. */
function whyWorse(copies: ReadonlyMap<number, Copy>, row: number, better: number): string | undefined {
  const [copy, best] = [copies.get(row), copies.get(better)];
  if (!copy || !best) return undefined;
  const { code, message } = whyNotBest(copy, best);
  return code === 'as-good' ? undefined : message;
}

/** The best copy of some, of which the first stays where none is better: it has the best score. */
function bestOf(twins: readonly number[], copyAt: (index: number) => Copy): number {
  const copies = twins.map(copyAt);
  const { best } = bestCopy(copies);
  return whyNotBest(copies[0], copies[best]).code === 'as-good' ? twins[0] : twins[best];
}
