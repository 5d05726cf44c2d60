import { headComponents, packRows, panelCount, tailOrder } from './packed-rows.js';
import { fixedPointTolerance, PAIR_BYTES, PANEL_ROWS, type PairKernel, panelBytes } from './pair-kernel.js';
import type { UnitRows } from './unit-rows.js';
import { aligned, allocate, BLOCK_PANELS, kernelModule, leastSum, PAGE, ROOM_BYTES } from './wasm-kernel.js';

/**
 * Calls `consider` for every pair of a row of `a` and a row of `b` whose similarity may be `minSimilarity` or more,
 * on the calling thread. Returns false, having called nothing, where the runtime cannot run the kernel.
 *
 * @param a unit vectors, and so are those of `b`
 */
export function wasmPairsBetween(
  a: UnitRows,
  b: UnitRows,
  minSimilarity: number,
  consider: (a: number, b: number) => void,
): boolean {
  const module = kernelModule();
  if (!module || a.cols === 0) return false;
  // the kernel compares panels with later ones: first those of a, then those of b
  const ownPanels = panelCount(a.rows);
  const panels = ownPanels + panelCount(b.rows);
  const bytes = panelBytes(a.cols);
  const tails = PAGE + ROOM_BYTES;
  const base = aligned(tails + panels * 4);
  const memory = allocate(base + panels * bytes, a.rows + b.rows, a.cols);
  const head = headComponents(a.cols, minSimilarity);
  const place = (panel: number) => ({
    memory: memory.buffer,
    panels: base + panel * bytes,
    tails: tails + panel * 4,
  });
  const [aOrder, bOrder] = [tailOrder(a, head), tailOrder(b, head)];
  packRows(a, aOrder, place(0));
  packRows(b, bOrder, place(ownPanels));
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports.pairs as PairKernel;
  const least = leastSum(minSimilarity - fixedPointTolerance(a.cols) - 1e-6);
  for (let i = 0; i < ownPanels; i += BLOCK_PANELS) {
    for (let j = ownPanels; j < panels; j += BLOCK_PANELS) {
      const [iEnd, jEnd] = [Math.min(ownPanels, i + BLOCK_PANELS), Math.min(panels, j + BLOCK_PANELS)];
      const end = kernel(i, iEnd, j, jEnd, base, bytes, panelBytes(head), tails, least, PAGE);
      const found = (end - PAGE) / PAIR_BYTES;
      const numbers = new Int32Array(memory.buffer, PAGE, found * 3);
      for (let k = 0; k < found * 3; k += 3) {
        const row = numbers[k];
        const other = numbers[k + 1] - ownPanels * PANEL_ROWS;
        if (row < a.rows && other < b.rows) consider(aOrder.order[row], bOrder.order[other]);
      }
    }
  }
  return true;
}
