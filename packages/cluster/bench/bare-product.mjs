import { availableParallelism } from 'node:os';
import { headComponents } from '../dist/similarity/packed-rows.js';
import { layOut, startThreads } from '../dist/similarity/pair-threads.js';
import { kernelModule } from '../dist/similarity/wasm-kernel.js';
import { UnitRows } from '../dist/vectors/unit-rows.js';

/**
 * Seconds of the bare product: every pair, every component, on so many worker threads, with nothing reported and without
 * what comes before it. No method that looks at all pairs in full can be faster.
 */
export async function bareProduct(unit, threads = availableParallelism()) {
  const module = kernelModule();
  if (!module) throw new Error('this runtime has no WebAssembly SIMD');
  const crew = await startThreads(threads);
  const order = Int32Array.from({ length: unit.rows }, (_, row) => row);
  const layout = { order, head: headComponents(unit.cols, 0) };
  const tasks = layOut(module, UnitRows.of(unit), 1.5, layout, Math.max(1, threads));
  const start = performance.now();
  try {
    await crew.find(tasks, () => {});
    return (performance.now() - start) / 1000;
  } finally {
    crew.end();
  }
}
