import { InvalidArgumentError } from '../invalid-argument.js';
import { type PackKernel, packFunction } from './pack-kernel.js';
import { FIXED_ONE, PAIR_BYTES, PANEL_ROWS, type PairKernel, pairFunction } from './pair-kernel.js';
import { MAX_PAGES, moduleOf } from './wasm-module.js';

/** 16 panels of 512-D rows are 128 KiB: a block stays in the second-level cache while others pass by. */
export const BLOCK_PANELS = 16;

/** Bytes that the pairs of two blocks take at most. */
export const ROOM_BYTES = (BLOCK_PANELS * PANEL_ROWS) ** 2 * PAIR_BYTES;

/** Bytes of a page of WebAssembly memory. */
export const PAGE = 65536;

let compiled: WebAssembly.Module | null | undefined;

/** The compiled module of the {@link Kernels}, or null where the runtime cannot run it. */
export function kernelModule(): WebAssembly.Module | null {
  if (compiled === undefined) {
    try {
      compiled =
        typeof SharedArrayBuffer === 'function'
          ? new WebAssembly.Module(moduleOf([pairFunction(), packFunction()]))
          : null;
    } catch {
      compiled = null;
    }
  }
  return compiled;
}

/** What the module exports. */
export interface Kernels {
  pairs: PairKernel;
  pack: PackKernel;
}

/** The kernels, working on a memory. */
export function kernelsOn(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}

/**
 * Zeroed shared memory of so many bytes, for `rows` vectors of `cols`.
 *
 * @throws {InvalidArgumentError} for more than 32-bit addresses reach
 */
export function allocate(bytes: number, rows: number, cols: number): WebAssembly.Memory {
  // the address after the last byte has to fit too
  if (bytes >= MAX_PAGES * PAGE) {
    throw new InvalidArgumentError(
      `${rows} rows of ${cols} need ${bytes} bytes of WebAssembly memory, expected less than ${MAX_PAGES * PAGE}: ` +
        'cluster fewer rows at a time, or inject another similarity backend',
    );
  }
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: MAX_PAGES, shared: true });
}

/** The next address that is a multiple of a cache line. */
export function aligned(address: number): number {
  return Math.ceil(address / 64) * 64;
}

/** The kernel's limit for a similarity, one unit lower so that rounding loses no pair. */
export function leastSum(similarity: number): number {
  return Math.max(-(2 ** 31), Math.floor(Math.max(-1.5, similarity) * FIXED_ONE * FIXED_ONE) - 1);
}
