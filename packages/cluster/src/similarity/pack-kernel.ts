import { PANEL_ROWS } from './pair-kernel.js';
import {
  add,
  addLanes,
  below,
  type Code,
  dotI16,
  F32,
  get,
  I32,
  i32,
  lane,
  loadV128,
  type ModuleFunction,
  multiplyFloatLanes,
  narrowToI16,
  set,
  splatF32,
  storeLane32,
  toNearestLanes,
  V128,
  whileDo,
  zeroV128,
} from './wasm-module.js';

/**
 * Writes a vector in 16-bit fixed point into its place in a panel, as `PairKernel` wants it.
 *
 * @param from   address of its components (float32), a multiple of 16
 * @param head   address where the tail begins: some COMPONENT_STEPs on
 * @param end    address after the last component, which is some steps on too
 * @param to     address of the first two components in the panel
 * @param factor what a component is to be multiplied with
 * @returns square of the length of the tail as it was written
 */
export type PackKernel = (from: number, head: number, end: number, to: number, factor: number) => number;

const [FROM, HEAD, END, TO, FACTOR] = [0, 1, 2, 3, 4];
const [FACTORS, PACKED, SQUARES] = [5, 6, 7];

/** {@link PackKernel}, as `pack`. */
export function packFunction(): ModuleFunction {
  const body = [
    ...set(FACTORS, splatF32(get(FACTOR))),
    ...whileDo(below(get(FROM), get(HEAD)), step()),
    ...set(SQUARES, zeroV128()),
    ...whileDo(below(get(FROM), get(END)), step()),
    ...[1, 2, 3].reduce((sum, index) => add(sum, lane(get(SQUARES), index)), lane(get(SQUARES), 0)),
  ];
  return { name: 'pack', parameters: [I32, I32, I32, I32, F32], locals: [V128, V128, V128], body };
}

/** Writes the next eight components. */
function step(): Code {
  const scaled = (offset: number) =>
    toNearestLanes(multiplyFloatLanes(loadV128(get(FROM), offset), get(FACTORS)));
  const code = [
    ...set(PACKED, narrowToI16(scaled(0), scaled(16))),
    ...set(SQUARES, addLanes(get(SQUARES), dotI16(get(PACKED), get(PACKED)))),
  ];
  // two components at a time, as many bytes apart as a panel has for everyone's
  for (let index = 0; index < 4; index++)
    code.push(...storeLane32(get(TO), index * 4 * PANEL_ROWS, get(PACKED), index));
  return [...code, ...set(FROM, add(get(FROM), i32(32))), ...set(TO, add(get(TO), i32(16 * PANEL_ROWS)))];
}
