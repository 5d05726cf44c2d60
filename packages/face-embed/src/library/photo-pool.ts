import { fileURLToPath } from 'node:url';
import type { Enrichment } from '@face-sets/cache-npz';
import { workerFile } from '@face-sets/files';
import { ImageDecodeError } from '@face-sets/photos';
import { Tinypool } from 'tinypool';
import type { PhotoEngine, PhotoResult } from '../analysis/photo-engine.js';
import type { FaceModels } from '../models/load-models.js';
import type { PhotoReply, PhotoTask, PhotoWorkerData } from './photo-worker.js';

export interface PhotoPoolOptions {
  /** Worker threads; each loads the networks for itself. */
  workers: number;
}

/**
 * An engine of worker threads, each with networks of its own: a network call keeps its thread busy, so this is how
 * several photos are decoded and looked at in parallel. Workers start with their first photo. How many are worth
 * while: `planWorkers`. sharp's settings are those of the process: a pool turns its cache off and, where there are
 * several workers, lets each decode with one thread.
 *
 * @param models which models; their `threads` is the number of threads inside one network call
 */
export function photoPool(models: FaceModels, { workers }: PhotoPoolOptions): PhotoEngine {
  const pool = new Tinypool({
    filename: fileURLToPath(workerFile('photo-worker', import.meta.url)),
    minThreads: 1,
    maxThreads: workers,
    workerData: { ...models.source, alone: workers === 1 } satisfies PhotoWorkerData,
    // The flags of this process may be of no use to a worker.
    execArgv: [],
  });
  const running = new Set<Promise<unknown>>();
  const run = async <T extends PhotoResult | Enrichment[]>(task: PhotoTask): Promise<T> => {
    const { bytes } = task;
    // A buffer that is a window on a larger one (as small files are read) cannot be handed over.
    const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
    const working: Promise<PhotoReply> = pool.run(
      { ...task, bytes: own },
      { transferList: [own.buffer as ArrayBuffer] },
    );
    running.add(working);
    const reply = await working.finally(() => running.delete(working));
    if ('undecodable' in reply) throw new ImageDecodeError(reply.undecodable);
    return reply.value as T;
  };
  return {
    parallel: workers,
    analyze: (bytes, options) => run<PhotoResult>({ kind: 'analyze', bytes, options }),
    landmarks: (bytes, boxes, rotation) =>
      run<Enrichment[]>({
        kind: 'landmarks',
        bytes,
        boxes: boxes.map((box) => Float32Array.from(box)),
        rotation,
      }),
    async close() {
      // ONNX Runtime aborts the process when a thread is ended in the middle of a network call.
      pool.cancelPendingTasks();
      await Promise.allSettled(running);
      await pool.destroy();
    },
  };
}
