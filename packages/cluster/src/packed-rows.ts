import type { FaceMatrix } from './matrix.js';
import { COMPONENT_STEP, FIXED_ONE, PANEL_ROWS, panelBytes } from './pair-kernel.js';

/** Number of panels that so many rows fill, the last one padded with zeros. */
export function panelCount(rows: number): number {
  return Math.ceil(rows / PANEL_ROWS);
}

/**
 * How many components come before the tail that the kernel leaves out where it can: so many that hardly any pair of
 * strangers needs its tail. With evenly spread components, tails have 1 − head / cols of the squared length, and
 * partial sums of strangers scatter by about 1 / √cols.
 */
export function headComponents(cols: number, minSimilarity: number): number {
  const share = 1 - Math.max(0, minSimilarity) + 3 / Math.sqrt(cols);
  return (
    Math.min(Math.ceil(cols / COMPONENT_STEP), Math.ceil((share * cols) / COMPONENT_STEP)) * COMPONENT_STEP
  );
}

/** Where {@link packRows} writes to. */
export interface PackedPlace {
  memory: ArrayBufferLike;
  /** Address of the first panel, in zeroed memory. */
  panels: number;
  /** Address of the panels' tails. */
  tails: number;
}

/**
 * Writes unit vectors in 16-bit fixed point and in the layout of `PairKernel`, ordered by the length of their tails, so
 * that the longest tail of a panel is hardly longer than the others.
 *
 * @returns row at each place of the panels
 */
export function packRows(unit: FaceMatrix, head: number, to: PackedPlace): Int32Array {
  const { data, rows, cols } = unit;
  const tail = Float32Array.from({ length: rows }, (_, row) => tailLength(unit, row, head));
  const order = Int32Array.from({ length: rows }, (_, row) => row).sort((a, b) => tail[a] - tail[b] || a - b);
  // two components at a time, the first in the lower half, as WebAssembly's byte order has it
  const perPanel = panelBytes(cols) / 4;
  const packed = new Int32Array(to.memory, to.panels, panelCount(rows) * perPanel);
  const tails = new Float32Array(to.memory, to.tails, panelCount(rows));
  for (let panel = 0; panel < panelCount(rows); panel++) {
    const first = panel * PANEL_ROWS;
    const count = Math.min(PANEL_ROWS, rows - first);
    tails[panel] = tail[order[first + count - 1]];
    for (let r = 0; r < count; r++) {
      let from = order[first + r] * cols;
      const end = from + (cols & ~1);
      let at = panel * perPanel + r;
      for (; from < end; from += 2, at += PANEL_ROWS) {
        packed[at] = (fixed(data[from]) & 0xffff) | (fixed(data[from + 1]) << 16);
      }
      if (cols & 1) packed[at] = fixed(data[from]) & 0xffff;
    }
  }
  return order;
}

/** Length of the components after the head in fixed point: at most that, rounding of the components included. */
function tailLength({ data, cols }: FaceMatrix, row: number, head: number): number {
  if (head >= cols) return 0;
  let sum = 0;
  for (let k = row * cols + head; k < (row + 1) * cols; k++) sum += data[k] * data[k];
  return (Math.sqrt(sum) * FIXED_ONE + Math.sqrt(cols - head) / 2) * (1 + 1e-6);
}

/** Nearest whole number of units; `Math.round` takes several times as long. */
function fixed(value: number): number {
  return ((value * FIXED_ONE + 32768.5) | 0) - 32768;
}
