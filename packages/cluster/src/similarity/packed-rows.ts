import type { UnitRows } from '../vectors/unit-rows.js';
import { COMPONENT_STEP, FIXED_ONE, PANEL_ROWS, panelBytes } from './pair-kernel.js';
import { aligned, kernelsOn } from './wasm-kernel.js';

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
  const share = Math.min(1, 1 - Math.max(0, minSimilarity) + 3 / Math.sqrt(cols));
  return Math.max(1, Math.ceil((share * cols) / COMPONENT_STEP)) * COMPONENT_STEP;
}

/** Factors from this to its inverse are far from the ends of single precision. */
const LEAST_FACTOR = 1e-30;

/** Where packed rows are in a memory. */
export interface PackedPlace {
  memory: WebAssembly.Memory;
  /** Address of room for one row on its way: {@link stageBytes}. */
  stage: number;
  /** Address of the tails, {@link tailBytes}. */
  tails: number;
  /** Address of the first panel. */
  panels: number;
}

/** Bytes of a row on its way into its panel. */
export function stageBytes(cols: number): number {
  return aligned((panelBytes(cols) / (2 * PANEL_ROWS)) * 4);
}

/** Bytes of the lengths of the tails of the rows of so many panels. */
export function tailBytes(panels: number): number {
  return panels * PANEL_ROWS * 4;
}

/**
 * Writes unit vectors in 16-bit fixed point, and the lengths of their tails, as `PairKernel` wants them, into zeroed memory.
 *
 * @param order row at each place
 * @param head  components before the tail
 */
export function packRows(
  module: WebAssembly.Module,
  unit: UnitRows,
  order: Int32Array,
  head: number,
  { memory, stage, tails, panels }: PackedPlace,
): void {
  const { source, rows, cols, scale } = unit;
  const { pack } = kernelsOn(module, memory);
  const bytes = panelBytes(cols);
  // padded with the zeros that the memory has
  const staged = new Float32Array(memory.buffer, stage, cols);
  const end = stage + (bytes / (2 * PANEL_ROWS)) * 4;
  const lengths = new Float32Array(memory.buffer, tails, rows);
  for (let place = 0; place < rows; place++) {
    const row = order[place];
    const from = unit.offset(row);
    let factor = scale[row] * FIXED_ONE;
    if (factor > LEAST_FACTOR && factor < 1 / LEAST_FACTOR) {
      staged.set(source.subarray(from, from + cols));
    } else {
      // what single precision cannot multiply with is done in double precision
      for (let k = 0; k < cols; k++) staged[k] = source[from + k] * scale[row];
      factor = FIXED_ONE;
    }
    const to = panels + Math.floor(place / PANEL_ROWS) * bytes + (place % PANEL_ROWS) * 4;
    const square = pack(stage, Math.min(end, stage + head * 4), end, to, factor);
    // enough more that it is no less as a float32
    lengths[place] = Math.sqrt(Math.max(0, square)) * (1 + 1e-6);
  }
}
