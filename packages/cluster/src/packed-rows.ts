import type { FaceMatrix } from './matrix.js';
import { FIXED_ONE, PANEL_ROWS, panelBytes } from './pair-kernel.js';

/** Number of panels that so many rows fill, the last one padded with zeros. */
export function panelCount(rows: number): number {
  return Math.ceil(rows / PANEL_ROWS);
}

/** Writes unit vectors in 16-bit fixed point and in the layout of `PairKernel` into zeroed memory. */
export function packRows(unit: FaceMatrix, memory: ArrayBufferLike, base: number): void {
  const { data, rows, cols } = unit;
  const perPanel = panelBytes(cols) / 2;
  const packed = new Int16Array(memory, base, panelCount(rows) * perPanel);
  for (let panel = 0; panel < panelCount(rows); panel++) {
    const first = panel * PANEL_ROWS;
    const count = Math.min(PANEL_ROWS, rows - first);
    let to = panel * perPanel;
    for (let k = 0; k < cols; k += 2, to += 2 * PANEL_ROWS) {
      for (let r = 0; r < count; r++) {
        const from = (first + r) * cols + k;
        packed[to + 2 * r] = fixed(data[from]);
        if (k + 1 < cols) packed[to + 2 * r + 1] = fixed(data[from + 1]);
      }
    }
  }
}

/** Nearest whole number of units; `Math.round` takes several times as long. */
function fixed(value: number): number {
  return ((value * FIXED_ONE + 32768.5) | 0) - 32768;
}
