/** How long `face-sets --help` takes beside a bare `node -e 0`: medians of ten, in turns; twice that and 50 ms is the limit. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '../../../packages/cli/dist/main.js');
const ROUNDS = 10;

function milliseconds(...args: string[]): number {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return performance.now() - start;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

const bare: number[] = [];
const help: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  bare.push(milliseconds('-e', '0'));
  help.push(milliseconds(MAIN, '--help'));
}
const limit = 2 * median(bare) + 50;
console.log(`node -e 0           ${median(bare).toFixed(0)} ms`);
console.log(`face-sets --help    ${median(help).toFixed(0)} ms  (limit ${limit.toFixed(0)} ms)`);
if (median(help) > limit) process.exitCode = 1;
