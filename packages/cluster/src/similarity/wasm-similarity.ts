import { UnitRows } from '../vectors/unit-rows.js';
import { jsSimilarity } from './js-similarity.js';
import { headComponents } from './packed-rows.js';
import { fixedPointTolerance } from './pair-kernel.js';
import { layOut, startThreads } from './pair-threads.js';
import type { SimilarityBackend } from './similarity.js';
import { similarityOrder } from './similarity-order.js';
import { kernelModule } from './wasm-kernel.js';

export interface WasmSimilarityOptions {
  /** Number of worker threads; 0 computes on the calling thread. Default: one for each processor. */
  threads?: number;
}

/** Multiplications below which starting workers takes longer than the work. */
const WORTH_A_WORKER = 2e8;

/**
 * The product in WebAssembly with SIMD, in 16-bit fixed point, on worker threads that share one copy of the rows.
 * Falls back to {@link jsSimilarity} where the runtime has no WebAssembly SIMD or no shared memory, and to the
 * calling thread where it has no workers.
 *
 * Memory: 2 bytes for each number of the matrix, which must stay below 4 GiB in all, and while rows are grouped, from
 * 8,000 rows on, half a byte more.
 */
export function wasmSimilarity(options: WasmSimilarityOptions = {}): SimilarityBackend {
  return {
    tolerance: fixedPointTolerance,
    async pairs(unit, minSimilarity, emit) {
      const module = kernelModule();
      if (!module || unit.cols === 0) return jsSimilarity.pairs(unit, minSimilarity, emit);
      const work = (unit.rows * unit.rows * unit.cols) / 2;
      const threads = work < WORTH_A_WORKER ? 0 : (options.threads ?? (await processors()));
      // they start while the rows are laid out
      const crew = await startThreads(threads);
      try {
        const vectors = UnitRows.of(unit);
        const layout = {
          order: similarityOrder(vectors, minSimilarity),
          head: headComponents(unit.cols, minSimilarity),
        };
        await crew.find(layOut(module, vectors, minSimilarity, layout, Math.max(1, threads)), emit);
      } finally {
        crew.end();
      }
    },
  };
}

async function processors(): Promise<number> {
  try {
    return (await import('node:os')).availableParallelism();
  } catch {
    return 0;
  }
}
