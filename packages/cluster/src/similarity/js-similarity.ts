import { dot } from '../vectors/dot.js';
import type { SimilarityBackend } from './similarity.js';

/** Rows compared with one another before the next are loaded: 64 rows of 512 fit the first-level cache twice. */
const BLOCK = 64;

/** The product in plain JavaScript on the calling thread: for small inputs, and where WebAssembly is missing. */
export const jsSimilarity: SimilarityBackend = {
  tolerance: 1e-6,
  async pairs(unit, minSimilarity, emit) {
    const { data, rows, cols } = unit;
    let i: number[] = [];
    let j: number[] = [];
    let similarity: number[] = [];
    const flush = () => {
      emit({ i: Int32Array.from(i), j: Int32Array.from(j), similarity: Float32Array.from(similarity) });
      i = [];
      j = [];
      similarity = [];
    };
    for (let a0 = 0; a0 < rows; a0 += BLOCK) {
      for (let b0 = a0; b0 < rows; b0 += BLOCK) {
        for (let a = a0; a < Math.min(rows, a0 + BLOCK); a++) {
          for (let b = Math.max(a + 1, b0); b < Math.min(rows, b0 + BLOCK); b++) {
            const value = dot(data, a * cols, data, b * cols, cols);
            if (value >= minSimilarity) {
              i.push(a);
              j.push(b);
              similarity.push(value);
            }
          }
        }
        if (i.length >= 65536) flush();
      }
      // lets timers and other work of the process run between rows of blocks
      if (rows > 4096) await yieldToOthers();
    }
    flush();
  },
};

/** Lets timers, messages and drawing have their turn, in Node and in a page. */
function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => {
    // Timers in a page wait 4 ms each when they are nested; messages do not wait.
    const { port1, port2 } = new MessageChannel();
    const done = () => {
      port1.close();
      resolve();
    };
    port1.addEventListener('message', done, { once: true });
    port1.start();
    port2.postMessage(null);
  });
}
