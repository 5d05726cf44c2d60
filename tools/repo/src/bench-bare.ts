import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { loadModels, onnxRuntime } from '@face-sets/face-embed';
import { availableProcessors } from '@face-sets/photos';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';

/** The work that cannot be avoided for one photo. */
export interface BarePhoto {
  path: string;
  /** Faces embedded. */
  faces: number;
  /** Longer side that it is reduced to for detection while it is decoded; `null`: it is decoded in full for that. */
  reduceTo: number | null;
}

/**
 * `onnx`: the network calls alone; `decode`: the decoding alone, reduced, and in full where there are faces;
 * `decode-whole`: each photo in full, once.
 */
export type BareKind = 'onnx' | 'decode' | 'decode-whole';

interface BareResult {
  /** Seconds of work. */
  wall: number;
  /** Microseconds of processor time that the process had taken before. */
  cpuAtStart: number;
}

/** Handed to each thread. */
interface BareShare {
  kind: BareKind;
  photos: BarePhoto[];
  models: string;
  /** Index of the next photo to do, shared by all threads. */
  next: Int32Array;
  /** Number of threads that have loaded what they need. */
  ready: Int32Array;
  threads: number;
}

/**
 * A program: does the bare work of all photos in the list (a JSON file) on all processors, a thread each, and
 * prints the seconds (`wall`, and `cpu` of all threads) that it took from when they had loaded what they need.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { kind: { type: 'string' }, list: { type: 'string' }, models: { type: 'string' } },
  });
  const photos = JSON.parse(await readFile(values.list!, 'utf8')) as BarePhoto[];
  const threads = availableProcessors();
  const shared = () => new Int32Array(new SharedArrayBuffer(4));
  const share: BareShare = {
    kind: values.kind as BareKind,
    photos,
    models: values.models!,
    next: shared(),
    ready: shared(),
    threads,
  };
  const results = await Promise.all(
    Array.from(
      { length: threads },
      () =>
        new Promise<BareResult>((done, fail) => {
          const worker = new Worker(fileURLToPath(import.meta.url), { workerData: share, execArgv: [] });
          worker.on('message', done);
          worker.on('error', fail);
        }),
    ),
  );
  console.log(
    JSON.stringify({
      wall: Math.max(...results.map(({ wall }) => wall)),
      cpu:
        (process.cpuUsage().user +
          process.cpuUsage().system -
          Math.min(...results.map(({ cpuAtStart }) => cpuAtStart))) /
        1e6,
    }),
  );
}

async function work({ kind, photos, models, next, ready, threads }: BareShare): Promise<BareResult> {
  const step = kind === 'onnx' ? await networkCalls(models) : decodes(kind === 'decode');
  await step({ ...photos[0], faces: 1 });
  Atomics.add(ready, 0, 1);
  Atomics.notify(ready, 0);
  for (let count = Atomics.load(ready, 0); count < threads; count = Atomics.load(ready, 0)) {
    Atomics.wait(ready, 0, count);
  }
  const { user, system } = process.cpuUsage();
  const start = performance.now();
  for (let i = Atomics.add(next, 0, 1); i < photos.length; i = Atomics.add(next, 0, 1)) await step(photos[i]);
  return { wall: (performance.now() - start) / 1000, cpuAtStart: user + system };
}

/** The calls of detector and recognizer, with input that is always the same and results that nobody looks at. */
async function networkCalls(folder: string): Promise<(photo: BarePhoto) => Promise<void>> {
  const models = await loadModels(folder, { threads: 1 });
  const [detector, recognizer] = [await models.session('detection'), await models.session('recognition')];
  const batch = (await models.graph('recognition')).inputs[0].shape?.[0];
  const most = typeof batch === 'number' && batch > 0 ? batch : 8;
  const input = (count: number, side: number) =>
    new (onnxRuntime().Tensor)('float32', new Float32Array(count * 3 * side * side), [count, 3, side, side]);
  const call = (session: InferenceSession, tensor: Tensor) =>
    session.run({ [session.inputNames[0]]: tensor });
  const fixed = (await models.graph('detection')).inputs[0].shape?.[2];
  const sizes = typeof fixed === 'number' && fixed > 0 ? [fixed, fixed] : [128, 640];
  const detection = sizes.map((side) => input(1, side));
  const faces = Array.from({ length: most }, (_, i) => input(i + 1, 112));
  return async (photo) => {
    for (const tensor of detection) await call(detector, tensor);
    for (let left = photo.faces; left > 0; left -= most)
      await call(recognizer, faces[Math.min(left, most) - 1]);
  };
}

function decodes(reduced: boolean): (photo: BarePhoto) => Promise<void> {
  sharp.cache(false);
  sharp.concurrency(1);
  return async ({ path, faces, reduceTo }) => {
    const bytes = await readFile(path);
    if (reduced && reduceTo) {
      const size = { width: reduceTo, height: reduceTo, fit: 'inside' as const };
      await sharp(bytes).resize(size).raw().toBuffer();
    }
    if (!reduced || !reduceTo || faces > 0) await sharp(bytes).raw().toBuffer();
  };
}

if (isMainThread) await main();
else {
  const { parentPort } = await import('node:worker_threads');
  parentPort!.postMessage(await work(workerData as BareShare));
}
