/** What a thread needs to take part in the comparison; all of it can be posted to a worker. */
export interface PairTask {
  /** Compiled module of the kernels. */
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  /** Address of the packed rows. */
  base: number;
  panelBytes: number;
  /** See `PairKernel`, as with `tails` and `least`. */
  headBytes: number;
  tails: number;
  panels: number;
  /** Address of the row at each place of the panels. */
  order: number;
  rows: number;
  /** Panels compared with as many others in one go. */
  blockPanels: number;
  /** The most pairs that two blocks have. */
  blockPairs: number;
  least: number;
  /** Address of the counter of blocks of panels already taken, which the threads share. */
  counter: number;
  /** Address of this thread's room for the pairs of two blocks. */
  out: number;
  pairBytes: number;
}

/** Pairs that a thread found. */
export interface FoundPairs {
  i: Int32Array<ArrayBuffer>;
  j: Int32Array<ArrayBuffer>;
  similarity: Float32Array<ArrayBuffer>;
}

/**
 * Takes blocks of rows until none is left, and hands over the similar pairs of each with all later rows.
 *
 * This function is also sent to workers as its own source text, so that they need no file of their own (which
 * bundlers would lose): it must not refer to anything outside itself.
 */
export function findPairs(task: PairTask, emit: (found: FoundPairs) => void): void {
  const { memory, base, panelBytes, headBytes, tails, panels, rows } = task;
  const { blockPanels, blockPairs, least, out, pairBytes } = task;
  const kernel = new WebAssembly.Instance(task.module, { env: { memory } }).exports.pairs as (
    ...parameters: number[]
  ) => number;
  const counter = new Int32Array(memory.buffer, task.counter, 1);
  const order = new Int32Array(memory.buffer, task.order, rows);
  const LIMIT = 1 << 18;
  const i = new Int32Array(LIMIT);
  const j = new Int32Array(LIMIT);
  const similarity = new Float32Array(LIMIT);
  const numbers = new Int32Array(memory.buffer, out, blockPairs * 3);
  const values = new Float32Array(memory.buffer, out, blockPairs * 3);
  let count = 0;

  for (;;) {
    const start = Atomics.add(counter, 0, 1) * blockPanels;
    if (start >= panels) break;
    const end = Math.min(panels, start + blockPanels);
    for (let other = start; other < panels; other += blockPanels) {
      const stop = kernel(
        start,
        end,
        other,
        Math.min(panels, other + blockPanels),
        base,
        panelBytes,
        headBytes,
        tails,
        least,
        out,
      );
      const found = ((stop >>> 0) - out) / pairBytes;
      for (let from = 0; from < found * 3; from += 3) {
        // places after the last row fill its panel
        if (numbers[from + 1] >= rows) continue;
        const a = order[numbers[from]];
        const b = order[numbers[from + 1]];
        i[count] = Math.min(a, b);
        j[count] = Math.max(a, b);
        similarity[count] = values[from + 2];
        count++;
      }
      if (count + blockPairs > LIMIT) flush();
    }
  }
  flush();

  function flush(): void {
    if (count === 0) return;
    emit({ i: i.slice(0, count), j: j.slice(0, count), similarity: similarity.slice(0, count) });
    count = 0;
  }
}
