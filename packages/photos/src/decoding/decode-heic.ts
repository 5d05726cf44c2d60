import { Worker } from 'node:worker_threads';
import { workerFile } from '@face-sets/files';
import type { RgbImage } from '@face-sets/quality';
import type { HeicReply, HeicRequest } from './heic-worker.js';
import { ImageDecodeError } from './image-decode-error.js';

/** A worker without work is kept this long, since WebAssembly memory never shrinks. */
const IDLE_MS = 5_000;
/** Gives up on a file that keeps the decoder busy for longer. */
const TIMEOUT_MS = 120_000;

interface Waiting {
  resolve: (reply: HeicReply) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

let worker: Worker | null = null;
let idle: NodeJS.Timeout | null = null;
let nextId = 0;
const waiting = new Map<number, Waiting>();

/**
 * Decodes a HEIC picture (HEVC inside HEIF) with libheif, compiled to WebAssembly, in a worker thread; sharp's
 * prebuilt libraries cannot for patent reasons. Rotation and mirroring stored in the file are applied; its
 * color profile is not.
 *
 * @returns RGB; transparency is laid over black
 * @throws {ImageDecodeError} when it cannot be decoded.
 */
export async function decodeHeic(bytes: Uint8Array): Promise<RgbImage> {
  const reply = await request(bytes);
  if ('error' in reply) {
    throw new ImageDecodeError(`heic cannot be decoded: ${reply.error.split('\n', 1)[0]}`);
  }
  const { rgba, width, height } = reply;
  const data = new Uint8Array(width * height * 3);
  for (let i = 0, p = 0; i < data.length; i += 3, p += 4) {
    const alpha = rgba[p + 3];
    if (alpha === 255) {
      data[i] = rgba[p];
      data[i + 1] = rgba[p + 1];
      data[i + 2] = rgba[p + 2];
    } else {
      for (let c = 0; c < 3; c++) data[i + c] = Math.round((rgba[p + c] * alpha) / 255);
    }
  }
  return { data, width, height };
}

function request(bytes: Uint8Array): Promise<HeicReply> {
  if (idle) clearTimeout(idle);
  worker ??= startWorker();
  const id = nextId++;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => abandon('heic cannot be decoded: the decoder does not finish'),
      TIMEOUT_MS,
    );
    waiting.set(id, { resolve, reject, timer });
    worker!.ref();
    worker!.postMessage({ id, bytes } satisfies HeicRequest);
  });
}

function startWorker(): Worker {
  const started = new Worker(workerFile('heic-worker', import.meta.url), {
    // The flags of this process may be of no use to a worker (`--input-type`), and libheif prints its complaints.
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  started.stdout.resume();
  started.stderr.resume();
  started.on('message', (reply: HeicReply) => {
    const call = waiting.get(reply.id);
    if (!call) return;
    waiting.delete(reply.id);
    clearTimeout(call.timer);
    call.resolve(reply);
    if (waiting.size === 0) rest(started);
  });
  started.on('error', (error) => {
    if (worker === started) abandon(`heic cannot be decoded: the decoder failed: ${error.message}`);
  });
  return started;
}

/** Lets the process end while the worker has nothing to do, and ends the worker if that lasts. */
function rest(started: Worker): void {
  started.unref();
  idle = setTimeout(() => {
    if (worker !== started || waiting.size > 0) return;
    worker = null;
    void started.terminate();
  }, IDLE_MS);
  idle.unref();
}

/** Ends the worker: every picture given to it fails. The next one gets a new worker. */
function abandon(reason: string): void {
  const failed = worker;
  worker = null;
  void failed?.terminate();
  for (const call of waiting.values()) {
    clearTimeout(call.timer);
    call.reject(new ImageDecodeError(reason.split('\n', 1)[0]));
  }
  waiting.clear();
}
