import type { Worker } from 'node:worker_threads';
import type { UnitRows } from '../vectors/unit-rows.js';
import { packRows, panelCount, stageBytes, tailBytes } from './packed-rows.js';
import { PAIR_BYTES, panelBytes } from './pair-kernel.js';
import { type FoundPairs, findPairs, type PairTask } from './pair-worker.js';
import { aligned, allocate, BLOCK_PANELS, leastSum, PAGE, ROOM_BYTES } from './wasm-kernel.js';

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
