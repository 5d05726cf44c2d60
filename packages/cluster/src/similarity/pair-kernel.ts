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
  greaterFloatLanes,
  greaterLanes,
  I32,
  i32,
  lane,
  less,
  lessOrEqual,
  load32Splat,
  loadV128,
  type ModuleFunction,
  multiply,
  multiplyFloatLanes,
  multiplyFloats,
  orV128,
  repeatWhile,
  set,
  splatF32,
  splatI32,
  storeF32,
  storeI32,
  subtract,
  subtractFloatLanes,
  toFloat,
  toFloatLanes,
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

/** Components are padded with zeros to a multiple of this, which is what packing takes at a time. */
export const COMPONENT_STEP = 8;

/**
 * Components that the comparison takes at a time. With more, compilers keep more values than there are registers, which
 * was measured to take longer.
 */
const LOOP_STEP = 2;

/**
 * Compares all rows of some panels with all rows of others, and writes down the similar pairs `i < j`.
 *
 * The rows are unit vectors in 16-bit fixed point (1 is {@link FIXED_ONE}), so a multiply-and-add instruction does
 * eight products at once and 32-bit sums are exact: by the Cauchy–Schwarz inequality no partial sum exceeds
 * (FIXED_ONE + √cols / 2)² < 2³¹. What remains is the rounding of the components, so a similarity is off by at most
 * {@link fixedPointTolerance}.
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
 * @param headBytes  bytes of a panel before its tail, which may be none: at least one {@link COMPONENT_STEP}
 * @param tails  address of the length of the tail of each row of the panels, in units of FIXED_ONE (float32), a
 *   multiple of 16
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
  // components are off by half a unit, and by what single precision adds to that
  const error = (Math.sqrt(cols) * 0.51) / FIXED_ONE;
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
const [I, PART, A, B, B_END, ROW, COLUMN, FIRST_I32_END] = [10, 11, 12, 13, 14, 15, 16, 17];
const [COLUMNS, SPLAT, LIMIT, FLOAT_LIMIT, SUMS] = [17, 19, 20, 21, 22];

/** Bytes of a panel that the loop takes at a time. */
const STEP_BYTES = LOOP_STEP * 2 * PANEL_ROWS;

/** More than a sum of 2³¹ and a product of tails are off by in single precision. */
const FLOAT_SLACK = 512;

/** A tile is some rows of one panel times all of another: as many sums as fit the registers. */
const TILE_ROWS = 4;
const TILE_VECTORS = PANEL_ROWS / 4;
const tileRows = Array.from({ length: TILE_ROWS }, (_, row) => row);
const tileVectors = Array.from({ length: TILE_VECTORS }, (_, vector) => vector);
const sumOf = (row: number, vector: number) => SUMS + row * TILE_VECTORS + vector;
const allSums = tileRows.flatMap((row) => tileVectors.map((vector) => sumOf(row, vector)));

/** {@link PairKernel}, as `pairs`. */
export function pairFunction(): ModuleFunction {
  const locals = [
    ...new Array(FIRST_I32_END - OUT - 1).fill(I32),
    ...new Array(SUMS + allSums.length - COLUMNS).fill(V128),
  ];
  const body = [
    ...set(LIMIT, splatI32(get(LEAST))),
    ...set(FLOAT_LIMIT, splatF32(toFloat(subtract(get(LEAST), i32(FLOAT_SLACK))))),
    ...whileDo(less(get(J_PANEL), get(J_END)), [
      ...set(I, get(I_PANEL)),
      ...whileDo(and(less(get(I), get(I_END)), lessOrEqual(get(I), get(J_PANEL))), [
        ...set(PART, i32(0)),
        ...repeatWhile(
          [...tile(), ...set(PART, add(get(PART), i32(1)))],
          less(get(PART), i32(PANEL_ROWS / TILE_ROWS)),
        ),
        ...set(I, add(get(I), i32(1))),
      ]),
      ...set(J_PANEL, add(get(J_PANEL), i32(1))),
    ]),
    ...get(OUT),
  ];
  return { name: 'pairs', parameters: new Array(OUT + 1).fill(I32), locals, body };
}

/** Some rows of panel I times the rows of panel J. */
function tile(): Code {
  const first = add(get(BASE), multiply(get(I), get(PANEL_BYTES)));
  return [
    ...set(A, add(first, multiply(get(PART), i32(4 * TILE_ROWS)))),
    ...set(B, add(get(BASE), multiply(get(J_PANEL), get(PANEL_BYTES)))),
    ...set(B_END, add(get(B), get(HEAD_BYTES))),
    ...allSums.flatMap((sum) => set(sum, zeroV128())),
    ...repeatWhile(products(), below(get(B), get(B_END))),
    ...when(anyMayReach(), [
      ...set(B_END, add(get(B_END), subtract(get(PANEL_BYTES), get(HEAD_BYTES)))),
      ...whileDo(below(get(B), get(B_END)), products()),
      ...when(anyAbove(), report()),
    ]),
  ];
}

/** Adds the products of the next two components to the sums. */
function products(): Code {
  const code: Code = [];
  for (const v of tileVectors) code.push(...set(COLUMNS + v, loadV128(get(B), 16 * v)));
  for (const row of tileRows) {
    code.push(...set(SPLAT, load32Splat(get(A), row * 4)));
    for (const v of tileVectors) {
      const sum = sumOf(row, v);
      code.push(...set(sum, addLanes(get(sum), dotI16(get(SPLAT), get(COLUMNS + v)))));
    }
  }
  return [...code, ...set(A, add(get(A), i32(STEP_BYTES))), ...set(B, add(get(B), i32(STEP_BYTES)))];
}

/** Whether any sum of a tile may be above the limit when its tails are added, which add no more than their product. */
function anyMayReach(): Code {
  const tailsOf = (panel: number) => add(get(TAILS), multiply(get(panel), i32(4 * PANEL_ROWS)));
  const code = [
    ...set(ROW, add(tailsOf(I), multiply(get(PART), i32(4 * TILE_ROWS)))),
    ...set(COLUMN, tailsOf(J_PANEL)),
  ];
  const hits: Code[] = [];
  for (const row of tileRows) {
    for (const v of tileVectors) {
      const product = multiplyFloatLanes(load32Splat(get(ROW), row * 4), loadV128(get(COLUMN), 16 * v));
      const needed = subtractFloatLanes(get(FLOAT_LIMIT), product);
      hits.push(greaterFloatLanes(toFloatLanes(get(sumOf(row, v))), needed));
    }
  }
  return [...code, ...anyOf(hits)];
}

/** Whether any sum of a tile is above the limit. */
function anyAbove(): Code {
  return anyOf(allSums.map((sum) => greaterLanes(get(sum), get(LIMIT))));
}

function anyOf(hits: Code[]): Code {
  return anyTrue(hits.reduce((all, hit) => orV128(all, hit)));
}

/** Writes down the pairs of a tile that are above the limit, in the upper triangle. */
function report(): Code {
  const code: Code = [];
  const firstRow = add(multiply(get(I), i32(PANEL_ROWS)), multiply(get(PART), i32(TILE_ROWS)));
  for (const row of tileRows) {
    for (const v of tileVectors) {
      const pairs: Code = [];
      for (let index = 0; index < 4; index++) {
        const sum = lane(get(sumOf(row, v)), index);
        pairs.push(
          ...set(ROW, add(firstRow, i32(row))),
          ...set(COLUMN, add(multiply(get(J_PANEL), i32(PANEL_ROWS)), i32(v * 4 + index))),
          ...when(and(less(get(LEAST), sum), less(get(ROW), get(COLUMN))), [
            ...storeI32(get(OUT), 0, get(ROW)),
            ...storeI32(get(OUT), 4, get(COLUMN)),
            ...storeF32(get(OUT), 8, multiplyFloats(toFloat(sum), f32(1 / (FIXED_ONE * FIXED_ONE)))),
            ...set(OUT, add(get(OUT), i32(PAIR_BYTES))),
          ]),
        );
      }
      code.push(...when(anyTrue(greaterLanes(get(sumOf(row, v)), get(LIMIT))), pairs));
    }
  }
  return code;
}
