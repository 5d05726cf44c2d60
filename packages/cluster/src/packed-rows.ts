import { COMPONENT_STEP, FIXED_ONE, PANEL_ROWS, panelBytes } from './pair-kernel.js';
import type { UnitRows } from './unit-rows.js';

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

/** The order in which rows are packed. */
export interface RowOrder {
  /** Row at each place. */
  order: Int32Array;
  /** Length of each row's tail in units of FIXED_ONE, or a little more: its rounding to fixed point included. */
  tail: Float32Array;
}

/** Rows by the length of their tails, so that the longest tail of a panel is hardly longer than the others. */
export function tailOrder(unit: UnitRows, head: number): RowOrder {
  return groupedOrder(unit, head, new Uint32Array(unit.rows));
}

/** Rows by the number of their group, and in a group by the length of their tails. */
export function groupedOrder(unit: UnitRows, head: number, group: Uint32Array): RowOrder {
  const { rows } = unit;
  const tail = Float32Array.from({ length: rows }, (_, row) => tailLength(unit, row, head));
  // whole numbers sort many times as fast as rows do with a function that compares them; tails are below 2^16
  const keys = Float64Array.from(
    tail,
    (length, row) => (group[row] * 2 ** 16 + Math.floor(length)) * rows + row,
  );
  return { order: Int32Array.from(keys.sort(), (key) => key - Math.floor(key / rows) * rows), tail };
}

/** Where {@link packRows} writes to. */
export interface PackedPlace {
  memory: ArrayBufferLike;
  /** Address of the first panel, in zeroed memory. */
  panels: number;
  /** Address of the panels' tails. */
  tails: number;
}

/** Writes unit vectors in 16-bit fixed point and in the layout of `PairKernel`. */
export function packRows(unit: UnitRows, { order, tail }: RowOrder, to: PackedPlace): void {
  const { source, rows, cols, scale } = unit;
  // two components at a time, the first in the lower half, as WebAssembly's byte order has it
  const perPanel = panelBytes(cols) / 4;
  const packed = new Int32Array(to.memory, to.panels, panelCount(rows) * perPanel);
  const tails = new Float32Array(to.memory, to.tails, panelCount(rows));
  for (let place = 0; place < rows; place++) {
    const panel = Math.floor(place / PANEL_ROWS);
    const row = order[place];
    tails[panel] = Math.max(tails[panel], tail[row]);
    const factor = scale[row] * FIXED_ONE;
    let from = unit.offset(row);
    const end = from + (cols & ~1);
    let at = panel * perPanel + (place % PANEL_ROWS);
    for (; from < end; from += 2, at += PANEL_ROWS) {
      packed[at] = (fixed(source[from] * factor) & 0xffff) | (fixed(source[from + 1] * factor) << 16);
    }
    if (cols & 1) packed[at] = fixed(source[from] * factor) & 0xffff;
  }
}

/** Length of the components after the head in fixed point: at most that, rounding of the components included. */
function tailLength(unit: UnitRows, row: number, head: number): number {
  const { source, cols } = unit;
  if (head >= cols) return 0;
  const from = unit.offset(row);
  let sum = 0;
  for (let k = from + head; k < from + cols; k++) sum += source[k] * source[k];
  return (Math.sqrt(sum) * unit.scale[row] * FIXED_ONE + Math.sqrt(cols - head) / 2) * (1 + 1e-6);
}

/** Nearest whole number to one of −32768 or more; `Math.round` takes several times as long. */
function fixed(value: number): number {
  return ((value + 32768.5) | 0) - 32768;
}
