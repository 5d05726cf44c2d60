import { InvalidArgumentError } from '../invalid-argument.js';
import { cosineDistance } from '../vectors/cosine-distance.js';
import { type FaceMatrix, hasDirection, normalizeRows, rowOf } from '../vectors/matrix.js';
import { UnitRows } from '../vectors/unit-rows.js';
import { wasmPairsBetween } from './wasm-pairs-between.js';

/** A row of one matrix and a row of another at this cosine distance. */
export interface NearPair {
  a: number;
  b: number;
  distance: number;
}

/**
 * All pairs of a row of `a` and a row of `b` whose cosine distance is at most `threshold`, ordered by `a`, then
 * distance, then `b`. The product runs in WebAssembly on the calling thread (in plain JavaScript where there is
 * none); distances are exact.
 *
 * Time O(a.rows · b.rows · cols); memory 2 bytes for each number of both matrices, and the pairs.
 *
 * @throws {InvalidArgumentError} where the rows of `a` and `b` have different lengths
 */
export function nearPairs(a: FaceMatrix, b: FaceMatrix, threshold: number): NearPair[] {
  if (a.cols !== b.cols) {
    throw new InvalidArgumentError(
      `rows of ${a.cols} and of ${b.cols} numbers cannot be compared: they come from different models`,
    );
  }
  const pairs: NearPair[] = [];
  const consider = (i: number, j: number) => {
    const distance = cosineDistance(rowOf(a, i), rowOf(b, j));
    if (distance <= threshold) pairs.push({ a: i, b: j, distance });
  };
  if (
    !wasmPairsBetween(UnitRows.of(normalizeRows(a)), UnitRows.of(normalizeRows(b)), 1 - threshold, consider)
  ) {
    for (let i = 0; i < a.rows; i++) {
      if (!hasDirection(a, i)) continue;
      for (let j = 0; j < b.rows; j++) consider(i, j);
    }
  }
  return pairs.sort((x, y) => x.a - y.a || x.distance - y.distance || x.b - y.b);
}
