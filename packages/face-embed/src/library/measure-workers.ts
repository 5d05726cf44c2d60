import { availableProcessors, loadSharp } from '@face-sets/photos';
import type { ExecutionProvider } from '../models/execution-provider.js';
import type { ModelFolder } from '../models/find-models.js';
import { FaceModels } from '../models/load-models.js';
import { photoPool } from './photo-pool.js';
import { planWorkers, type WorkerPlan } from './plan-workers.js';

export interface MeasureWorkersOptions {
  /** Processors to use. Default: what `availableProcessors` returns. */
  processors?: number;
  /** Bytes of the networks that each worker loads, see `planWorkers`. Default 0. */
  modelBytes?: number;
  /** Default `cpu`. */
  provider?: ExecutionProvider;
  /** How long each way is measured, after a warm-up. Default 1. */
  seconds?: number;
}

/** A way to use the processors and what came of it. */
export interface MeasuredPlan extends WorkerPlan {
  /** Photos of 3 megapixels without faces, decoded and searched. */
  photosPerSecond: number;
}

/** How much faster than the rule's way another must be: less is noise. */
const CLEARLY_FASTER = 1.05;

/**
 * Measures the ways to use this machine's processors that memory allows, with the models that will be used, on a
 * photo of noise: the rule's way (`planWorkers`), half as many workers with as many threads as are left for them
 * or half of these (where two processors are one core), and one worker with all threads.
 *
 * @returns All ways, the best first. The rule's is best unless another is faster by 5 %.
 */
export async function measureWorkers(
  folder: ModelFolder,
  options: MeasureWorkersOptions = {},
): Promise<MeasuredPlan[]> {
  const { processors = availableProcessors(), provider, seconds = 1 } = options;
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 20 };
  const sharp = await loadSharp();
  const photo = await sharp({
    create: { width: 2048, height: 1536, channels: 3, background: '#808080', noise },
  })
    .jpeg()
    .toBuffer();
  const rule = planWorkers({ processors, modelBytes: options.modelBytes });
  const measured: MeasuredPlan[] = [];
  for (const plan of waysToUse(processors, rule)) {
    const models = new FaceModels(folder, { threads: plan.threads, provider });
    measured.push({ ...plan, photosPerSecond: await speedOf(models, plan.workers, photo, seconds) });
  }
  const weight = (plan: MeasuredPlan) => plan.photosPerSecond * (plan === measured[0] ? CLEARLY_FASTER : 1);
  return [...measured].sort((a, b) => weight(b) - weight(a));
}

/** The rule's way first. */
function waysToUse(processors: number, rule: WorkerPlan): WorkerPlan[] {
  const half = Math.ceil(rule.workers / 2);
  const share = Math.floor(processors / half);
  const ways = [
    rule,
    { workers: half, threads: share },
    { workers: half, threads: Math.max(1, Math.floor(share / 2)) },
    { workers: 1, threads: processors },
  ];
  return [...new Map(ways.map((way) => [`${way.workers}x${way.threads}`, way])).values()];
}

async function speedOf(
  models: FaceModels,
  workers: number,
  photo: Uint8Array,
  seconds: number,
): Promise<number> {
  const pool = photoPool(models, { workers });
  try {
    const look = () => pool.analyze(Uint8Array.from(photo));
    // every worker has loaded its networks when twice as many photos are done as there are workers
    await Promise.all(Array.from({ length: 2 * workers }, look));
    const start = performance.now();
    let done = 0;
    let elapsed = 0;
    const lane = async () => {
      while (elapsed < seconds * 1000) {
        await look();
        done++;
        elapsed = performance.now() - start;
      }
    };
    await Promise.all(Array.from({ length: 2 * workers }, lane));
    return (done / elapsed) * 1000;
  } finally {
    await pool.close();
  }
}
