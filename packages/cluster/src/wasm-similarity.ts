import type { Worker } from 'node:worker_threads';
import { jsSimilarity } from './js-similarity.js';
import type { FaceMatrix } from './matrix.js';
import { headComponents, packRows, panelCount } from './packed-rows.js';
import {
  FIXED_ONE,
  fixedPointTolerance,
  PAIR_BYTES,
  PANEL_ROWS,
  type PairKernel,
  pairKernelModule,
  panelBytes,
} from './pair-kernel.js';
import { type FoundPairs, findPairs, type PairTask } from './pair-worker.js';
import type { SimilarityBackend } from './similarity.js';

export interface WasmSimilarityOptions {
  /** Number of worker threads; 0 computes on the calling thread. Default: one for each processor. */
  threads?: number;
}

/** 16 panels of 512-D rows are 128 KiB: a block stays in the second-level cache while others pass by. */
const BLOCK_PANELS = 16;

/** Multiplications below which starting workers takes longer than the work. */
const WORTH_A_WORKER = 2e8;

const PAGE = 65536;

/** Pages that 32-bit addresses reach. */
const MAX_PAGES = 65536;

/**
 * The product in WebAssembly with SIMD, in 16-bit fixed point, on worker threads that share one copy of the rows.
 * Falls back to {@link jsSimilarity} where the runtime has no WebAssembly SIMD or no shared memory, and to the
 * calling thread where it has no workers.
 *
 * Memory: 2 bytes for each number of the matrix, which must stay below 4 GiB in all.
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
        const head = headComponents(unit.cols, minSimilarity);
        await crew.find(layOut(module, unit, minSimilarity, head, Math.max(1, threads)), emit);
      } finally {
        crew.end();
      }
    },
  };
}

/**
 * Seconds of the bare product: every pair, every component, on so many worker threads, with nothing reported and without
 * what comes before it. What no method that looks at all pairs in full can do without; for benchmarks.
 */
export async function bareProduct(unit: FaceMatrix, threads?: number): Promise<number> {
  const module = kernelModule();
  if (!module) throw new Error('this runtime has no WebAssembly SIMD');
  const count = threads ?? (await processors());
  const crew = await startThreads(count);
  const tasks = layOut(module, unit, 1.5, unit.cols, Math.max(1, count));
  const start = performance.now();
  await crew.find(tasks, () => {});
  const seconds = (performance.now() - start) / 1000;
  crew.end();
  return seconds;
}

/** Threads that are starting. */
interface Crew {
  /** Does each task on a thread of its own; once. */
  find(tasks: PairTask[], emit: (found: FoundPairs) => void): Promise<void>;
  /** Ends the threads, whatever they are doing. */
  end(): void;
}

/** Starts worker threads, none where there cannot be any: then the calling thread does all the work. */
async function startThreads(threads: number): Promise<Crew> {
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

/**
 * Calls `consider` for every pair of a row of `a` and a row of `b` whose similarity may be `minSimilarity` or more,
 * on the calling thread. Returns false, having called nothing, where the runtime cannot run the kernel.
 *
 * @param a unit vectors, and so are those of `b`
 */
export function wasmPairsBetween(
  a: FaceMatrix,
  b: FaceMatrix,
  minSimilarity: number,
  consider: (a: number, b: number) => void,
): boolean {
  const module = kernelModule();
  if (!module || a.cols === 0) return false;
  // the kernel compares panels with later ones: first those of a, then those of b
  const ownPanels = panelCount(a.rows);
  const panels = ownPanels + panelCount(b.rows);
  const bytes = panelBytes(a.cols);
  const roomBytes = (BLOCK_PANELS * PANEL_ROWS) ** 2 * PAIR_BYTES;
  const tails = PAGE + roomBytes;
  const base = aligned(tails + panels * 4);
  const memory = allocate(base + panels * bytes, a.rows + b.rows, a.cols);
  const head = headComponents(a.cols, minSimilarity);
  const place = (panel: number) => ({
    memory: memory.buffer,
    panels: base + panel * bytes,
    tails: tails + panel * 4,
  });
  const aOrder = packRows(a, head, place(0));
  const bOrder = packRows(b, head, place(ownPanels));
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports.pairs as PairKernel;
  const least = leastSum(minSimilarity - fixedPointTolerance(a.cols) - 1e-6);
  for (let i = 0; i < ownPanels; i += BLOCK_PANELS) {
    for (let j = ownPanels; j < panels; j += BLOCK_PANELS) {
      const [iEnd, jEnd] = [Math.min(ownPanels, i + BLOCK_PANELS), Math.min(panels, j + BLOCK_PANELS)];
      const end = kernel(i, iEnd, j, jEnd, base, bytes, headBytes(head), tails, least, PAGE);
      const found = (end - PAGE) / PAIR_BYTES;
      const numbers = new Int32Array(memory.buffer, PAGE, found * 3);
      for (let k = 0; k < found * 3; k += 3) {
        const row = numbers[k];
        const other = numbers[k + 1] - ownPanels * PANEL_ROWS;
        if (row < a.rows && other < b.rows) consider(aOrder[row], bOrder[other]);
      }
    }
  }
  return true;
}

/** Zeroed shared memory of so many bytes. */
function allocate(bytes: number, rows: number, cols: number): WebAssembly.Memory {
  if (bytes > MAX_PAGES * PAGE) {
    throw new RangeError(
      `${rows} rows of ${cols} need ${bytes} bytes of WebAssembly memory, expected at most ${MAX_PAGES * PAGE}: ` +
        'cluster fewer rows at a time, or inject another similarity backend',
    );
  }
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: MAX_PAGES, shared: true });
}

/** The kernel's limit for a similarity, one unit lower so that rounding loses no pair. */
function leastSum(similarity: number): number {
  return Math.max(-(2 ** 31), Math.floor(Math.max(-1.5, similarity) * FIXED_ONE * FIXED_ONE) - 1);
}

let compiled: WebAssembly.Module | null | undefined;

/** The compiled kernel, or null where the runtime cannot run it. */
function kernelModule(): WebAssembly.Module | null {
  if (compiled === undefined) {
    try {
      compiled = typeof SharedArrayBuffer === 'function' ? new WebAssembly.Module(pairKernelModule()) : null;
    } catch {
      compiled = null;
    }
  }
  return compiled;
}

async function processors(): Promise<number> {
  try {
    return (await import('node:os')).availableParallelism();
  } catch {
    return 0;
  }
}

/** Puts the rows into shared memory, behind the counter of blocks and each thread's room for pairs. */
function layOut(
  module: WebAssembly.Module,
  unit: FaceMatrix,
  minSimilarity: number,
  head: number,
  threads: number,
): PairTask[] {
  const panels = panelCount(unit.rows);
  const roomBytes = (BLOCK_PANELS * PANEL_ROWS) ** 2 * PAIR_BYTES;
  const tails = PAGE + threads * roomBytes;
  const order = tails + panels * 4;
  const base = aligned(order + unit.rows * 4);
  const memory = allocate(base + panels * panelBytes(unit.cols), unit.rows, unit.cols);
  const rowAt = packRows(unit, head, { memory: memory.buffer, panels: base, tails });
  new Int32Array(memory.buffer, order, unit.rows).set(rowAt);
  return Array.from({ length: threads }, (_, thread) => ({
    module,
    memory,
    base,
    panelBytes: panelBytes(unit.cols),
    headBytes: headBytes(head),
    tails,
    panels,
    order,
    rows: unit.rows,
    blockPanels: BLOCK_PANELS,
    least: leastSum(minSimilarity),
    counter: 0,
    out: PAGE + thread * roomBytes,
    pairBytes: PAIR_BYTES,
  }));
}

/** Bytes that the components before the tail take in a panel. */
function headBytes(head: number): number {
  return panelBytes(head);
}

/** The next address that is a multiple of a cache line. */
function aligned(address: number): number {
  return Math.ceil(address / 64) * 64;
}

/** A worker for {@link findPairs}, which goes to it as source text; it can be given one task. */
function startWorker(WorkerClass: typeof Worker) {
  const source = `
    const { parentPort } = require('node:worker_threads');
    parentPort.once('message', (task) => {
      (${findPairs})(task, (found) =>
        parentPort.postMessage(found, [found.i.buffer, found.j.buffer, found.similarity.buffer]));
    });`;
  const worker = new WorkerClass(source, { eval: true });
  const ended = new Promise<void>((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`clustering thread ended with code ${code}`)),
    );
  });
  // it is also an error where nobody waits yet
  ended.catch(() => {});
  return {
    worker,
    find(task: PairTask, emit: (found: FoundPairs) => void): Promise<void> {
      worker.on('message', emit);
      worker.postMessage(task);
      return ended;
    },
  };
}
