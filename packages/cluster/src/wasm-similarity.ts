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
      const head = headComponents(unit.cols, minSimilarity);
      await findInThreads(layOut(module, unit, minSimilarity, head, Math.max(1, threads)), threads, emit);
    },
  };
}

/**
 * The bare product: every pair, every component, on so many worker threads, with nothing reported. What no method that
 * looks at all pairs in full can do without; for benchmarks.
 */
export async function bareProduct(unit: FaceMatrix, threads?: number): Promise<void> {
  const module = kernelModule();
  if (!module) throw new Error('this runtime has no WebAssembly SIMD');
  const count = threads ?? (await processors());
  await findInThreads(layOut(module, unit, 1.5, unit.cols, Math.max(1, count)), count, () => {});
}

/** Runs each task on a worker thread of its own, or all the work on the calling thread where there are none. */
async function findInThreads(
  tasks: PairTask[],
  threads: number,
  emit: (found: FoundPairs) => void,
): Promise<void> {
  const workers = threads > 0 ? await import('node:worker_threads').catch(() => null) : null;
  if (workers) await Promise.all(tasks.map((task) => inWorker(workers.Worker, task, emit)));
  else findPairs(tasks[0], emit);
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

/** Runs {@link findPairs} in a worker, to which it goes as source text. */
function inWorker(
  WorkerClass: typeof Worker,
  task: PairTask,
  emit: (found: FoundPairs) => void,
): Promise<void> {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    (${findPairs})(workerData, (found) =>
      parentPort.postMessage(found, [found.i.buffer, found.j.buffer, found.similarity.buffer]));`;
  return new Promise((resolve, reject) => {
    const worker = new WorkerClass(source, { eval: true, workerData: task });
    worker.on('message', emit);
    worker.on('error', reject);
    worker.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`clustering thread ended with code ${code}`)),
    );
  });
}
