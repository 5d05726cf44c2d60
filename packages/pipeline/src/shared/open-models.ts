import type { OpenFaceCacheOptions } from '@face-sets/cache-npz';
import {
  cacheSettings,
  type ExecutionProvider,
  FaceAnalyzer,
  findModels,
  loadModels,
  type MeasuredPlan,
  type ModelFolder,
  type ModelRole,
  ModelsNotFoundError,
  type PhotoEngine,
  tunedPool,
} from '@face-sets/face-embed';
import { notice, type StepOptions } from './context.js';
import { count } from './count.js';
import { MODEL_DEFAULTS, type ModelOptions } from './options.js';
import { pullModels } from './pull-models.js';
import { TOOL } from './version.js';

/** The models that a command works with. */
export interface OpenModels {
  analyzer: FaceAnalyzer;
  /** Worker threads that analyze photos; started with their first photo. The caller closes it. */
  pool(): PhotoEngine;
  /** What the cache must have been made with. */
  cacheSettings: OpenFaceCacheOptions;
}

/**
 * Finds the models that the options name, downloads the pack if it is missing and downloads are allowed, and prepares them.
 * No network is loaded before its first use.
 */
export async function openModels(
  options: ModelOptions & StepOptions,
  roles: readonly ModelRole[],
): Promise<OpenModels> {
  const folder = await findOrPull(options, roles);
  const provider = (options.provider ?? MODEL_DEFAULTS.provider) as ExecutionProvider;
  const models = await loadModels(folder, { roles, threads: options.threads, provider });
  const analyzer = new FaceAnalyzer(models);
  const onMeasured = (measured: readonly MeasuredPlan[]) => {
    const ways = measured.map(
      ({ workers, threads, photosPerSecond }) =>
        `${count(workers, 'worker')} of ${count(threads, 'thread')} ${photosPerSecond.toFixed(1)} photos/s`,
    );
    notice(options, `Measured once for this machine, the first is used: ${ways.join('; ')}`);
  };
  return {
    analyzer,
    pool: () => tunedPool(models, { roles, threads: options.threads, provider, onMeasured }),
    cacheSettings: await cacheSettings(analyzer, TOOL),
  };
}

async function findOrPull(
  options: ModelOptions & StepOptions,
  roles: readonly ModelRole[],
): Promise<ModelFolder> {
  const where = { dir: options.models, pack: options.pack ?? MODEL_DEFAULTS.pack, roles };
  try {
    return await findModels(where);
  } catch (error) {
    const chosen = options.models ?? process.env.FACE_SETS_MODELS;
    if (!(error instanceof ModelsNotFoundError) || chosen || options.download === false) throw error;
    await pullModels(options.pack ?? MODEL_DEFAULTS.pack, options);
    return findModels(where);
  }
}
