import { mkdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '@face-sets/files';
import { availableProcessors } from '@face-sets/photos';
import type { PhotoEngine } from '../analysis/photo-engine.js';
import { FaceModels, type LoadModelsOptions } from '../models/load-models.js';
import type { ModelRole } from '../models/model-router.js';
import { userCacheFolder } from '../models/user-cache-folder.js';
import { type MeasuredPlan, measureWorkers } from './measure-workers.js';
import { photoPool } from './photo-pool.js';
import { modelBytes, planWorkers, type WorkerPlan } from './plan-workers.js';

/** Photos from which a measurement of a few seconds pays. */
const WORTH_MEASURING = 1000;

export interface TunedPoolOptions extends Pick<LoadModelsOptions, 'threads' | 'provider'> {
  /** Networks that a worker will load, for its memory. Default: detection and recognition. */
  roles?: readonly ModelRole[];
  /** Told what was measured, the best way first. */
  onMeasured?: (measured: readonly MeasuredPlan[]) => void;
  /** File that keeps what was measured. Default: `worker-plans.json` in the user's cache folder. */
  plansFile?: string;
}

/**
 * A {@link photoPool} of as many workers and threads as suit this machine. Before 1,000 photos or more the ways to use
 * its processors are measured (`measureWorkers`, a few seconds), once for each set of models and number of
 * processors; for fewer, and where `threads` is given or there is one processor, `planWorkers` says how many.
 */
export function tunedPool(models: FaceModels, options: TunedPoolOptions = {}): PhotoEngine {
  const { threads, provider, roles = ['detection', 'recognition'] } = options;
  const planning = { threads, modelBytes: modelBytes(models, roles) };
  const rule = planWorkers(planning);
  const { folder } = models.source;
  const start = ({ workers, threads }: WorkerPlan) =>
    photoPool(new FaceModels(folder, { threads, provider }), { workers });

  let pool: PhotoEngine | undefined;
  const running = () => {
    pool ??= start(rule);
    return pool;
  };
  return {
    get parallel() {
      return pool?.parallel ?? rule.workers;
    },
    async prepare(photos) {
      if (pool || photos < WORTH_MEASURING || threads !== undefined) return;
      if (availableProcessors() === 1 || (provider ?? 'cpu') !== 'cpu') return;
      const file = options.plansFile ?? join(userCacheFolder(), 'worker-plans.json');
      const key = await planKey(models);
      const plans = await readPlans(file);
      let plan = plans[key];
      if (!plan) {
        const measured = await measureWorkers(folder, planning);
        options.onMeasured?.(measured);
        plan = { workers: measured[0].workers, threads: measured[0].threads };
        // A home folder that cannot be written to costs a measurement in each run, no more.
        await writePlans(file, { ...plans, [key]: plan }).catch(() => {});
      }
      pool = start(plan);
    },
    analyze: (bytes, settings) => running().analyze(bytes, settings),
    landmarks: (bytes, boxes, rotation) => running().landmarks(bytes, boxes, rotation),
    async close() {
      await pool?.close();
    },
  };
}

/** What a measurement holds for. */
async function planKey(models: FaceModels): Promise<string> {
  const identities = await Promise.all(
    models.roles
      .slice()
      .sort()
      .map(async (role) => (await models.identity(role)).sha256.slice(0, 16)),
  );
  return [cpus()[0]?.model.trim() ?? 'unknown', `${availableProcessors()} processors`, ...identities].join(
    ' ',
  );
}

async function readPlans(file: string): Promise<Record<string, WorkerPlan | undefined>> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, plan]) => isPlan(plan)));
  } catch {
    return {};
  }
}

function isPlan(value: unknown): value is WorkerPlan {
  const { workers, threads } = (value ?? {}) as Partial<WorkerPlan>;
  const most = availableProcessors();
  return [workers, threads].every((n) => Number.isInteger(n) && n! >= 1 && n! <= most);
}

async function writePlans(file: string, plans: Record<string, WorkerPlan | undefined>): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  // What a power cut takes is measured again.
  await writeFileAtomic(file, `${JSON.stringify(plans, null, 2)}\n`, { durable: false });
}
