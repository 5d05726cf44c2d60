import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';

const CLI = resolve(import.meta.dirname, '../../../packages/cli/dist/main.js');

/** What a child process took, all of its threads together. */
export interface ChildUsage {
  /** From its start to its end. */
  wallSeconds: number;
  /** Processor time. */
  cpuSeconds: number;
  /** Most memory in use at any time, in MiB. */
  peakMiB: number;
  /** Share of all processors' time that other programs took meanwhile, 0…1. */
  disturbance: number;
  stdout: string;
}

// Runs in the child: says at its end what it took.
const EPILOGUE = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('exit', () => writeSync(3, JSON.stringify(process.resourceUsage())));`)}`;

/**
 * Runs `face-sets` in a process of its own and measures it.
 *
 * @throws when it fails, with what it wrote to standard error.
 */
export function measureCli(args: readonly string[]): Promise<ChildUsage> {
  return measureNode([CLI, ...args]);
}

/** Runs a program of this folder (without `.js`) in a process of its own and measures it. */
export function measureProgram(name: string, args: readonly string[]): Promise<ChildUsage> {
  return measureNode([join(import.meta.dirname, `${name}.js`), ...args]);
}

function measureNode(args: readonly string[]): Promise<ChildUsage> {
  const busyBefore = busySeconds();
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', EPILOGUE, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, out, err, usage] = child.stdio.map((stream) => {
    const chunks: Buffer[] = [];
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
    return chunks;
  });
  const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString();
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => {
      const wallSeconds = (performance.now() - start) / 1000;
      if (code !== 0) {
        fail(new Error(`${args.join(' ')} ended with ${signal ?? code}: ${text(err).trim()}`));
        return;
      }
      const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(text(usage)) as NodeJS.ResourceUsage;
      const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
      const others = busySeconds() - busyBefore - cpuSeconds;
      const disturbance = Math.max(0, others / (wallSeconds * cpus().length));
      done({ wallSeconds, cpuSeconds, peakMiB: maxRSS / 1024, disturbance, stdout: text(out) });
    });
  });
}

/** Seconds that the machine's processors have worked since it started, all together. */
function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) / 1000, 0);
}
