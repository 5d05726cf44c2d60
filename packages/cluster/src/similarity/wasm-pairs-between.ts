import type { UnitRows } from '../vectors/unit-rows.js';
import { headComponents, packRows, panelCount, stageBytes, tailBytes } from './packed-rows.js';
import { fixedPointTolerance, PAIR_BYTES, PANEL_ROWS, panelBytes } from './pair-kernel.js';
import {
  aligned,
  allocate,
  BLOCK_PANELS,
  kernelModule,
  kernelsOn,
  leastSum,
  PAGE,
  ROOM_BYTES,
} from './wasm-kernel.js';

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
  const stage = aligned(PAGE + ROOM_BYTES);
  const tails = stage + stageBytes(a.cols);
  const base = aligned(tails + tailBytes(panels));
  const memory = allocate(base + panels * bytes, a.rows + b.rows, a.cols);
  const head = headComponents(a.cols, minSimilarity);
  const pack = (rows: UnitRows, panel: number) =>
    packRows(
      module,
      rows,
      Int32Array.from({ length: rows.rows }, (_, row) => row),
      head,
      {
        memory,
        stage,
        tails: tails + tailBytes(panel),
        panels: base + panel * bytes,
      },
    );
  pack(a, 0);
  pack(b, ownPanels);
  const kernel = kernelsOn(module, memory).pairs;
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
        if (row < a.rows && other < b.rows) consider(row, other);
      }
    }
  }
  return true;
}
