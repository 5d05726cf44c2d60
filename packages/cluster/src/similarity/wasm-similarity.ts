import type { Worker } from 'node:worker_threads';
import { UnitRows } from '../vectors/unit-rows.js';
import { jsSimilarity } from './js-similarity.js';
import { headComponents, packRows, panelCount, stageBytes, tailBytes } from './packed-rows.js';
import { fixedPointTolerance, PAIR_BYTES, panelBytes } from './pair-kernel.js';
import { type FoundPairs, findPairs, type PairTask } from './pair-worker.js';
import type { SimilarityBackend } from './similarity.js';
import { similarityOrder } from './similarity-order.js';
import { aligned, allocate, BLOCK_PANELS, kernelModule, leastSum, PAGE, ROOM_BYTES } from './wasm-kernel.js';

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

/** Threads that are starting. */
interface Crew {
  /** Does each task on a thread of its own; once. */
  find(tasks: PairTask[], emit: (found: FoundPairs) => void): Promise<void>;
  /** Ends the threads, whatever they are doing. */
  end(): void;
}

/** Starts worker threads, none where there cannot be any: then the calling thread does all the work. */
export async function startThreads(threads: number): Promise<Crew> {
  const module = threads > 0 ? await import('node:worker_threads').catch(() => null) : null;
  if (!module) {
    return {
      async find(tasks, emit) {
        findPairs(tasks[0], emit);
      },
      end() {},
    };
  }
  const workers = Array.from({ length: threads }, () => startWorker(module.Worker));
  return {
    async find(tasks, emit) {
      await Promise.all(tasks.map((task, i) => workers[i].find(task, emit)));
    },
    end() {
      for (const { worker } of workers) void worker.terminate();
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

/** Puts the rows into shared memory, behind the counter of blocks and each thread's room for pairs. */
export function layOut(
  module: WebAssembly.Module,
  unit: UnitRows,
  minSimilarity: number,
  { order, head }: { order: Int32Array; head: number },
  threads: number,
): PairTask[] {
  const panels = panelCount(unit.rows);
  const bytes = panelBytes(unit.cols);
  const stage = aligned(PAGE + threads * ROOM_BYTES);
  const tails = stage + stageBytes(unit.cols);
  const orderAt = tails + tailBytes(panels);
  const base = aligned(orderAt + unit.rows * 4);
  const memory = allocate(base + panels * bytes, unit.rows, unit.cols);
  packRows(module, unit, order, head, { memory, stage, tails, panels: base });
  new Int32Array(memory.buffer, orderAt, unit.rows).set(order);
  return Array.from({ length: threads }, (_, thread) => ({
    module,
    memory,
    base,
    panelBytes: bytes,
    headBytes: panelBytes(head),
    tails,
    panels,
    order: orderAt,
    rows: unit.rows,
    blockPanels: BLOCK_PANELS,
    blockPairs: ROOM_BYTES / PAIR_BYTES,
    least: leastSum(minSimilarity),
    counter: 0,
    out: PAGE + thread * ROOM_BYTES,
    pairBytes: PAIR_BYTES,
  }));
}

/** A worker for {@link findPairs}, which goes to it as source text; it can be given one task. */
function startWorker(WorkerClass: typeof Worker) {
  const source = `
    const { parentPort } = require('node:worker_threads');
    parentPort.once('message', (task) => {
      (${findPairs})(task, (found) =>
        parentPort.postMessage(found, [found.i.buffer, found.j.buffer, found.similarity.buffer]));
      parentPort.postMessage(null);
    });`;
  const worker = new WorkerClass(source, { eval: true });
  let fail: (error: Error) => void;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  worker.on('error', (error) => fail(error));
  worker.on('exit', (code) => fail(new Error(`clustering thread ended early, with code ${code}`)));
  // it is also an error where nobody waits yet
  failed.catch(() => {});
  return {
    worker,
    find(task: PairTask, emit: (found: FoundPairs) => void): Promise<void> {
      const done = new Promise<void>((resolve) => {
        worker.on('message', (found: FoundPairs | null) => (found ? emit(found) : resolve()));
      });
      worker.postMessage(task);
      return Promise.race([done, failed]);
    },
  };
}
