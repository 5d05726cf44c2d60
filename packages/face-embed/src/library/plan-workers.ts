import { statSync } from 'node:fs';
import { availableProcessors } from '@face-sets/photos';
import { InvalidArgumentError } from '@face-sets/quality';
import type { FaceModels } from '../models/load-models.js';
import type { ModelRole } from '../models/model-router.js';

/** Memory that all workers together are planned for. */
const WORKER_MEMORY = 1.2 * 2 ** 30;
/** What a worker takes beside its networks' weights: its heap, the networks' intermediate results, a picture. */
const BASE_MEMORY = 130 * 2 ** 20;
/** ONNX Runtime keeps weights a second time, laid out for its kernels. */
const WEIGHT_COPIES = 2;

/** How a pool uses the processors. */
export interface WorkerPlan {
  /** Worker threads, each with networks of its own. */
  workers: number;
  /** Threads inside one network call. */
  threads: number;
}

export interface PlanWorkersOptions {
  /** Processors to use. Default: what `availableProcessors` returns. */
  processors?: number;
  /** Threads inside one network call, instead of what the rule says; memory is not looked at then. */
  threads?: number;
  /** Bytes of the networks that each worker loads. Default 0. */
  modelBytes?: number;
}

/**
 * How many workers to start and how many threads each of their network calls gets. Several calls of one thread
 * get more done than one call of several threads, whose threads wait for each other at every layer: so there is
 * a worker for each processor, and calls get more threads only where the memory of that many workers (1.2 GiB for
 * all of them) would be exceeded. `npm run bench:embed` in the repository measures both ways on a machine.
 *
 * @throws {InvalidArgumentError} when `threads` is not a positive integer.
 */
export function planWorkers(options: PlanWorkersOptions = {}): WorkerPlan {
  const processors = options.processors ?? availableProcessors();
  const { threads, modelBytes = 0 } = options;
  if (threads !== undefined) {
    if (!(Number.isInteger(threads) && threads >= 1)) {
      throw new InvalidArgumentError(`threads is ${threads}; expected a whole number of 1 or more`);
    }
    return { workers: Math.max(1, Math.floor(processors / threads)), threads };
  }
  const affordable = Math.floor(WORKER_MEMORY / (BASE_MEMORY + WEIGHT_COPIES * modelBytes));
  const workers = Math.max(1, Math.min(processors, affordable));
  return { workers, threads: Math.floor(processors / workers) };
}

/** Bytes of the networks of some roles, as {@link planWorkers} wants to know; roles without one count nothing. */
export function modelBytes(models: FaceModels, roles: readonly ModelRole[]): number {
  return roles
    .filter((role) => models.has(role))
    .reduce((sum, role) => sum + statSync(models.path(role)).size, 0);
}
