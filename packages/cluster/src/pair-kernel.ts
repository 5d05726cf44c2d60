import {
  add,
  addLanes,
  and,
  anyTrue,
  below,
  type Code,
  dotI16,
  f32,
  get,
  greaterLanes,
  I32,
  i32,
  lane,
  less,
  lessOrEqual,
  load32Splat,
  loadF32,
  loadV128,
  moduleOf,
  multiply,
  multiplyFloats,
  orV128,
  repeatWhile,
  set,
  splatI32,
  storeF32,
  storeI32,
  subtract,
  toFloat,
  toWhole,
  V128,
  when,
  whileDo,
  zeroV128,
} from './wasm-module.js';

/** Rows of a panel, the unit in which the packed matrix is laid out and compared. */
export const PANEL_ROWS = 8;

/** What a component of 1 becomes: unit vectors are packed as 16-bit whole numbers. */
export const FIXED_ONE = 32767;

/** Bytes of a reported pair: two row numbers and a float32 similarity. */
export const PAIR_BYTES = 12;

/**
 * Components are padded with zeros to a multiple of this: what the kernel's loop takes at a time. With more, compilers
 * keep more values than there are registers, which was measured to take longer.
 */
export const COMPONENT_STEP = 2;

/**
 * Compares all rows of some panels with all rows of others, and writes down the similar pairs `i < j`.
 *
 * The rows are unit vectors in 16-bit fixed point (1 is {@link FIXED_ONE}), so a multiply-and-add instruction does
 * eight products at once and 32-bit sums are exact: by the Cauchy–Schwarz inequality no partial sum exceeds
 * (FIXED_ONE + √cols / 2)² < 2³¹. What remains is the rounding of the components, at most half a unit each, so a
 * similarity is off by at most {@link fixedPointTolerance}.
 *
 * By the same inequality the components behind some point add no more to a sum than the product of the lengths of the two
 * rows' tails. Most pairs are far from similar, which shows after the first part of their components: the
 * tail is then left out. No pair is lost by that.
 *
 * A panel holds {@link PANEL_ROWS} rows, two components of each in turn: row 0's first two, row 1's first two, …,
 * row 7's; then everyone's next two. Components are padded with zeros to a multiple of {@link COMPONENT_STEP}.
 *
 * @param iPanel first of the panels compared
 * @param iEnd   the one after the last of them
 * @param jPanel first of the panels that they are compared with
 * @param jEnd   the one after the last of them
 * @param base   address of panel 0, a multiple of 16
 * @param panelBytes bytes of a panel
 * @param headBytes  bytes of a panel before its tail: of some steps, at least one
 * @param tails  address of the length of each panel's longest tail, in units of FIXED_ONE (float32)
 * @param least  pairs with a larger sum of products are written
 * @param out    address to write pairs to: i, j (int32), similarity (float32)
 * @returns address after the last pair written
 */
export type PairKernel = (
  iPanel: number,
  iEnd: number,
  jPanel: number,
  jEnd: number,
  base: number,
  panelBytes: number,
  headBytes: number,
  tails: number,
  least: number,
  out: number,
) => number;

/** Largest error of a similarity that the kernel reports for vectors of so many components. */
export function fixedPointTolerance(cols: number): number {
  const error = (Math.sqrt(cols) * 0.5) / FIXED_ONE;
  return 2 * error + error * error;
}

/** Bytes of a panel of vectors of so many components. */
export function panelBytes(cols: number): number {
  return Math.ceil(cols / COMPONENT_STEP) * COMPONENT_STEP * 2 * PANEL_ROWS;
}

// parameters
const [I_PANEL, I_END, J_PANEL, J_END, BASE, PANEL_BYTES, HEAD_BYTES, TAILS, LEAST, OUT] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
];
// further locals
const [I, HALF, A, B, B_END, ROW, COLUMN, FIRST_I32_END] = [10, 11, 12, 13, 14, 15, 16, 17];
const [B0, B1, SPLAT, LIMIT, HEAD_LIMIT, SUMS] = [17, 18, 19, 20, 21, 22];

/** Bytes of a panel that the loop takes at a time. */
const STEP_BYTES = COMPONENT_STEP * 2 * PANEL_ROWS;

/** Rows of one panel times rows of the other in a tile: as many sums as fit the registers. */
const TILE_ROWS = 4;
const SUM_VECTORS = TILE_ROWS * 2;
const sumOf = (row: number, half: number) => SUMS + row * 2 + half;
const sumVectors = Array.from({ length: SUM_VECTORS }, (_, v) => SUMS + v);

/** The WebAssembly module, which exports {@link PairKernel} as `pairs` and imports its shared memory. */
export function pairKernelModule(): Uint8Array<ArrayBuffer> {
  const locals = [
    ...new Array(FIRST_I32_END - OUT - 1).fill(I32),
    ...new Array(SUMS + SUM_VECTORS - B0).fill(V128),
  ];
  return moduleOf('pairs', 10, locals, [
    ...set(LIMIT, splatI32(get(LEAST))),
    ...whileDo(less(get(J_PANEL), get(J_END)), [
      ...set(I, get(I_PANEL)),
      ...whileDo(and(less(get(I), get(I_END)), lessOrEqual(get(I), get(J_PANEL))), [
        ...set(HEAD_LIMIT, splatI32(subtract(get(LEAST), toWhole(tailProduct())))),
        ...set(HALF, i32(0)),
        ...repeatWhile([...tile(), ...set(HALF, add(get(HALF), i32(1)))], less(get(HALF), i32(2))),
        ...set(I, add(get(I), i32(1))),
      ]),
      ...set(J_PANEL, add(get(J_PANEL), i32(1))),
    ]),
    ...get(OUT),
  ]);
}

/** The most that the tails of panels I and J can add to a sum. */
function tailProduct(): Code {
  const tailOf = (panel: number) => loadF32(add(get(TAILS), multiply(get(panel), i32(4))), 0);
  return multiplyFloats(tailOf(I), tailOf(J_PANEL));
}

/** Half of the rows of panel I times the rows of panel J. */
function tile(): Code {
  const code: Code = [];
  code.push(...set(A, add(add(get(BASE), multiply(get(I), get(PANEL_BYTES))), multiply(get(HALF), i32(16)))));
  code.push(...set(B, add(get(BASE), multiply(get(J_PANEL), get(PANEL_BYTES)))));
  code.push(...set(B_END, add(get(B), get(HEAD_BYTES))));
  for (const vector of sumVectors) code.push(...set(vector, zeroV128()));
  code.push(...repeatWhile(products(), below(get(B), get(B_END))));

  code.push(
    ...when(anyAbove(HEAD_LIMIT), [
      ...set(B_END, add(get(B_END), subtract(get(PANEL_BYTES), get(HEAD_BYTES)))),
      ...whileDo(below(get(B), get(B_END)), products()),
      ...when(anyAbove(LIMIT), report()),
    ]),
  );
  return code;
}

/** Adds the products of the next two components to the sums. */
function products(): Code {
  const code: Code = [];
  code.push(...set(B0, loadV128(get(B), 0)), ...set(B1, loadV128(get(B), 16)));
  for (let row = 0; row < TILE_ROWS; row++) {
    code.push(...set(SPLAT, load32Splat(get(A), row * 4)));
    code.push(...set(sumOf(row, 0), addLanes(get(sumOf(row, 0)), dotI16(get(SPLAT), get(B0)))));
    code.push(...set(sumOf(row, 1), addLanes(get(sumOf(row, 1)), dotI16(get(SPLAT), get(B1)))));
  }
  code.push(...set(A, add(get(A), i32(STEP_BYTES))), ...set(B, add(get(B), i32(STEP_BYTES))));
  return code;
}

/** Whether any sum of a tile is above a limit. */
function anyAbove(limit: number): Code {
  const hits = sumVectors.map((vector) => greaterLanes(get(vector), get(limit)));
  return anyTrue(hits.reduce((all, hit) => orV128(all, hit)));
}

/** Writes down the pairs of a tile that are above the limit, in the upper triangle. */
function report(): Code {
  const code: Code = [];
  for (let row = 0; row < TILE_ROWS; row++) {
    for (let half = 0; half < 2; half++) {
      const pairs: Code = [];
      for (let index = 0; index < 4; index++) {
        const sum = lane(get(sumOf(row, half)), index);
        const i = add(add(multiply(get(I), i32(PANEL_ROWS)), multiply(get(HALF), i32(TILE_ROWS))), i32(row));
        const j = add(multiply(get(J_PANEL), i32(PANEL_ROWS)), i32(half * 4 + index));
        pairs.push(...set(ROW, i), ...set(COLUMN, j));
        pairs.push(
          ...when(and(less(get(LEAST), sum), less(get(ROW), get(COLUMN))), [
            ...storeI32(get(OUT), 0, get(ROW)),
            ...storeI32(get(OUT), 4, get(COLUMN)),
            ...storeF32(get(OUT), 8, multiplyFloats(toFloat(sum), f32(1 / (FIXED_ONE * FIXED_ONE)))),
            ...set(OUT, add(get(OUT), i32(PAIR_BYTES))),
          ]),
        );
      }
      code.push(...when(anyTrue(greaterLanes(get(sumOf(row, half)), get(LIMIT))), pairs));
    }
  }
  return code;
}
