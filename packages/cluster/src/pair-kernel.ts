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
  toFloat,
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
 * Compares all rows of some panels with all rows of others, and writes down the similar pairs `i < j`.
 *
 * The rows are unit vectors in 16-bit fixed point (1 is {@link FIXED_ONE}), so a multiply-and-add instruction does
 * eight products at once and 32-bit sums are exact: by the Cauchy–Schwarz inequality no partial sum exceeds
 * (FIXED_ONE + √cols / 2)² < 2³¹. What remains is the rounding of the components, at most half a unit each, so a
 * similarity is off by at most {@link fixedPointTolerance}.
 *
 * A panel holds {@link PANEL_ROWS} rows, two components of each in turn: row 0's first two, row 1's first two, …,
 * row 7's; then everyone's next two. Components are padded with zeros to a multiple of 4.
 *
 * @param iPanel first of the panels compared
 * @param iEnd   the one after the last of them
 * @param jPanel first of the panels that they are compared with
 * @param jEnd   the one after the last of them
 * @param base   address of panel 0, a multiple of 16
 * @param panelBytes bytes of a panel
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
  return Math.ceil(cols / 4) * 4 * 2 * PANEL_ROWS;
}

// parameters
const [I_PANEL, I_END, J_PANEL, J_END, BASE, PANEL_BYTES, LEAST, OUT] = [0, 1, 2, 3, 4, 5, 6, 7];
// further locals
const [I, HALF, A, B, B_END, ROW, COLUMN, FIRST_I32_END] = [8, 9, 10, 11, 12, 13, 14, 15];
const [B0, B1, SPLAT, LIMIT, SUMS] = [15, 16, 17, 18, 19];

/** Rows of one panel times rows of the other in a tile: as many sums as fit the registers. */
const TILE_ROWS = 4;
const SUM_VECTORS = TILE_ROWS * 2;
const sumOf = (row: number, half: number) => SUMS + row * 2 + half;

/** The WebAssembly module, which exports {@link PairKernel} as `pairs` and imports its shared memory. */
export function pairKernelModule(): Uint8Array<ArrayBuffer> {
  const locals = [
    ...new Array(FIRST_I32_END - OUT - 1).fill(I32),
    ...new Array(SUMS + SUM_VECTORS - B0).fill(V128),
  ];
  return moduleOf('pairs', 8, locals, [
    ...set(LIMIT, splatI32(get(LEAST))),
    ...whileDo(less(get(J_PANEL), get(J_END)), [
      ...set(I, get(I_PANEL)),
      ...whileDo(and(less(get(I), get(I_END)), lessOrEqual(get(I), get(J_PANEL))), [
        ...set(HALF, i32(0)),
        ...repeatWhile([...tile(), ...set(HALF, add(get(HALF), i32(1)))], less(get(HALF), i32(2))),
        ...set(I, add(get(I), i32(1))),
      ]),
      ...set(J_PANEL, add(get(J_PANEL), i32(1))),
    ]),
    ...get(OUT),
  ]);
}

/** Half of the rows of panel I times the rows of panel J. */
function tile(): Code {
  const code: Code = [];
  const vectors = Array.from({ length: SUM_VECTORS }, (_, v) => SUMS + v);
  code.push(...set(A, add(add(get(BASE), multiply(get(I), get(PANEL_BYTES))), multiply(get(HALF), i32(16)))));
  code.push(...set(B, add(get(BASE), multiply(get(J_PANEL), get(PANEL_BYTES)))));
  code.push(...set(B_END, add(get(B), get(PANEL_BYTES))));
  for (const vector of vectors) code.push(...set(vector, zeroV128()));

  const STEP = 32;
  const products: Code = [];
  for (const offset of [0, STEP]) {
    products.push(...set(B0, loadV128(get(B), offset)), ...set(B1, loadV128(get(B), offset + 16)));
    for (let row = 0; row < TILE_ROWS; row++) {
      products.push(...set(SPLAT, load32Splat(get(A), offset + row * 4)));
      products.push(...set(sumOf(row, 0), addLanes(get(sumOf(row, 0)), dotI16(get(SPLAT), get(B0)))));
      products.push(...set(sumOf(row, 1), addLanes(get(sumOf(row, 1)), dotI16(get(SPLAT), get(B1)))));
    }
  }
  products.push(...set(A, add(get(A), i32(2 * STEP))), ...set(B, add(get(B), i32(2 * STEP))));
  code.push(...repeatWhile(products, below(get(B), get(B_END))));

  const hits = vectors.map((vector) => greaterLanes(get(vector), get(LIMIT)));
  code.push(...when(anyTrue(hits.reduce((all, hit) => orV128(all, hit))), report()));
  return code;
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
