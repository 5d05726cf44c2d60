/**
 * As much of an assembler as a module of a few functions over one shared memory needs: each instruction is a list of
 * bytes. The numbers are those of the WebAssembly core specification 2.0, section 5 ("Binary Format").
 */
export type Code = number[];

/** Value types. */
export const I32 = 0x7f;
export const F32 = 0x7d;
export const V128 = 0x7b;

const EMPTY_BLOCK = 0x40;

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const i32 = (value: number): Code => [0x41, ...signed(value)];
export const f32 = (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];

export const subtract = (a: Code, b: Code): Code => [...a, ...b, 0x6b];
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const multiply = (a: Code, b: Code): Code => [...a, ...b, 0x6c];
export const and = (a: Code, b: Code): Code => [...a, ...b, 0x71];
export const less = (a: Code, b: Code): Code => [...a, ...b, 0x48];
/** Compares addresses, which are unsigned. */
export const below = (a: Code, b: Code): Code => [...a, ...b, 0x49];
export const lessOrEqual = (a: Code, b: Code): Code => [...a, ...b, 0x4c];
export const toFloat = (a: Code): Code => [...a, 0xb2];
export const multiplyFloats = (a: Code, b: Code): Code => [...a, ...b, 0x94];
export const storeI32 = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  0x36,
  2,
  ...unsigned(offset),
];
export const storeF32 = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  0x38,
  2,
  ...unsigned(offset),
];

/** Four times the 32 bits at an address. */
export const load32Splat = (address: Code, offset: number): Code => [
  ...address,
  ...simd(0x09),
  2,
  ...unsigned(offset),
];
export const loadV128 = (address: Code, offset: number): Code => [
  ...address,
  ...simd(0x00),
  4,
  ...unsigned(offset),
];
export const zeroV128 = (): Code => [...simd(0x0c), ...new Array(16).fill(0)];
export const splatI32 = (value: Code): Code => [...value, ...simd(0x11)];
export const splatF32 = (value: Code): Code => [...value, ...simd(0x13)];
export const lane = (value: Code, index: number): Code => [...value, ...simd(0x1b), index];
export const addLanes = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xae)];
export const greaterLanes = (a: Code, b: Code): Code => [...a, ...b, ...simd(0x3b)];
export const multiplyFloatLanes = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe6)];
export const subtractFloatLanes = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe5)];
export const greaterFloatLanes = (a: Code, b: Code): Code => [...a, ...b, ...simd(0x44)];
export const toFloatLanes = (a: Code): Code => [...a, ...simd(0xfa)];
/** Rounds to the nearest whole numbers; what no 32-bit number holds becomes the nearest that there is. */
export const toNearestLanes = (a: Code): Code => [...a, ...simd(0x6a), ...simd(0xf8)];
/** Eight 16-bit numbers from four and four of 32 bits; what no 16-bit number holds becomes the nearest that there is. */
export const narrowToI16 = (a: Code, b: Code): Code => [...a, ...b, ...simd(0x85)];
/** Stores 32 bits of a vector. */
export const storeLane32 = (address: Code, offset: number, value: Code, index: number): Code => [
  ...address,
  ...value,
  ...simd(0x5a),
  2,
  ...unsigned(offset),
  index,
];
export const orV128 = (a: Code, b: Code): Code => [...a, ...b, ...simd(0x50)];
export const anyTrue = (a: Code): Code => [...a, ...simd(0x53)];
/** Products of eight 16-bit numbers, added in pairs: four 32-bit sums. */
export const dotI16 = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xba)];

export const when = (condition: Code, then: Code): Code => [...condition, 0x04, EMPTY_BLOCK, ...then, 0x0b];
/** Repeats `body` as long as `condition` holds after it; runs it at least once. */
export const repeatWhile = (body: Code, condition: Code): Code => [
  0x03,
  EMPTY_BLOCK,
  ...body,
  ...condition,
  0x0d,
  0,
  0x0b,
];
/** Repeats `body` as long as `condition` holds before it. */
export const whileDo = (condition: Code, body: Code): Code => when(condition, repeatWhile(body, condition));

/** Pages that 32-bit addresses reach. */
export const MAX_PAGES = 65536;

/** A function of a module, which returns a 32-bit number. */
export interface ModuleFunction {
  name: string;
  /** Types of its parameters. */
  parameters: number[];
  /** Types of its further locals, numbered after the parameters. */
  locals: number[];
  body: Code;
}

/** A module that imports the shared memory `env.memory` and exports some functions. */
export function moduleOf(functions: ModuleFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [
    0x60,
    ...vector(parameters.map((type) => [type])),
    ...vector([[I32]]),
  ]);
  const code = functions.map(({ locals, body }) => {
    const func = [...vector(locals.map((type) => [1, type])), ...body, 0x0b];
    return [...unsigned(func.length), ...func];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(
      2,
      vector([[...text('env'), ...text('memory'), 0x02, 0x03, ...unsigned(0), ...unsigned(MAX_PAGES)]]),
    ),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(7, vector(functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]))),
    ...section(10, vector(code)),
  ]);
}

function simd(instruction: number): Code {
  return [0xfd, ...unsigned(instruction)];
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function text(value: string): Code {
  const bytes = [...new TextEncoder().encode(value)];
  return [...unsigned(bytes.length), ...bytes];
}

/** LEB128, as the format writes sizes and numbers of locals. */
function unsigned(value: number): Code {
  const bytes: Code = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return [...bytes, value];
}

/** Signed LEB128, as the format writes constants. */
function signed(value: number): Code {
  const bytes: Code = [];
  for (; value < -64 || value > 63; value >>= 7) bytes.push((value & 127) | 128);
  return [...bytes, value & 127];
}
