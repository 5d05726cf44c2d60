import { InvalidArgumentError } from '../invalid-argument.js';
import type { FaceMatrix } from '../vectors/matrix.js';
import { UnitRows } from '../vectors/unit-rows.js';
import type { SimilarityBackend } from './similarity.js';

/** Rows on which backends are tried out: the difference of the two times does not count what starting threads takes. */
const FEW_ROWS = 1024;
const MORE_ROWS = 4096;

/** From so many rows on a trial, of less than a second, is worth its time. */
const WORTH_A_TRIAL = 30_000;

/**
 * The fastest of several backends on this machine: for a large matrix each one is tried out on a few of its rows, and
 * the winner gets all of them. Below 30,000 rows it is the first one. The result of a clustering does not depend on who
 * wins. It is measured for each matrix. A backend that fails its trial is passed over.
 *
 * @param backends at least one
 */
export function fastestSimilarity(backends: readonly SimilarityBackend[]): SimilarityBackend {
  if (backends.length === 0)
    throw new InvalidArgumentError('fastestSimilarity got no backend, expected at least one');
  const toleranceOf = ({ tolerance }: SimilarityBackend, cols: number) =>
    typeof tolerance === 'function' ? tolerance(cols) : tolerance;
  return {
    tolerance: (cols) => Math.max(...backends.map((backend) => toleranceOf(backend, cols))),
    async pairs(unit, minSimilarity, emit) {
      const backend = unit.rows < WORTH_A_TRIAL ? backends[0] : await fastest(backends, unit, minSimilarity);
      await backend.pairs(unit, minSimilarity, emit);
    },
  };
}

async function fastest(
  backends: readonly SimilarityBackend[],
  unit: FaceMatrix,
  minSimilarity: number,
): Promise<SimilarityBackend> {
  let best = backends[0];
  let least = Infinity;
  for (const backend of backends) {
    let time: number;
    try {
      const few = await timeOf(backend, unit, FEW_ROWS, minSimilarity);
      time = (await timeOf(backend, unit, MORE_ROWS, minSimilarity)) - few;
    } catch {
      // one that does not run here wins nothing; where none does, the first says why
      continue;
    }
    if (time < least) {
      least = time;
      best = backend;
    }
  }
  return best;
}

/** Time for the first rows, the shorter of two: what is compiled or loaded at first does not count. */
async function timeOf(
  backend: SimilarityBackend,
  unit: FaceMatrix,
  rows: number,
  minSimilarity: number,
): Promise<number> {
  const sample = UnitRows.of(unit).take(Array.from({ length: rows }, (_, row) => row));
  let time = Infinity;
  for (let round = 0; round < 2; round++) {
    const start = performance.now();
    await backend.pairs(sample, minSimilarity, () => {});
    time = Math.min(time, performance.now() - start);
  }
  return time;
}
