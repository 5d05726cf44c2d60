import { readManifest } from '@face-sets/manifests';
import { whyNumbersAreKept } from '@face-sets/outputs';
import { requireSources } from '@face-sets/photos';
import type { WrittenReport } from '@face-sets/review';
import { ALGORITHM_DEFAULTS, usedAlgorithm } from '../shared/algorithm.js';
import { prepareCache, requireWritable } from '../shared/check-arguments.js';
import { defined } from '../shared/defined.js';
import { type DiskCost, diskCost, onOneFileSystem, tellDiskCost } from '../shared/disk-cost.js';
import { type FacesetHints, facesetHints } from '../shared/faceset-hints.js';
import { warnOfForeignThresholds } from '../shared/foreign-thresholds.js';
import { openModels } from '../shared/open-models.js';
import { requireRunFolder, runLayout } from '../shared/run-folder.js';
import { CLUSTER_DEFAULTS, type ClusterResult, cluster } from './cluster.js';
import { type EmbedOptions, type EmbedResult, embedWith } from './embed.js';
import { ENRICH_ROLES, type EnrichResult, enrichWith } from './enrich.js';
import { EXPORT_DEFAULTS, type ExportOptions, type ExportSwapReport, exportSwap } from './export-swap.js';
import { type ExtendResult, extend, isRefined } from './extend.js';
import { REFINE_DEFAULTS, type RefineOptions, type RefineResult, refine } from './refine.js';
import { reportRun } from './report.js';

/** Options of {@link run}: those of its steps. */
export interface RunOptions extends EmbedOptions, RefineOptions, Omit<ExportOptions, 'outlierThreshold'> {
  /** Output folder for everything. */
  out: string;
  /** Cosine distance up to which faces count as one person in `raw/`. @default 0.55 */
  threshold?: number;
  /** `outlierThreshold` of the export; `outlierThreshold` is that of refine. @default 0.45 */
  swapOutlierThreshold?: number;
  /** Write `report.html` pages. @default true */
  report?: boolean;
}

/** Thresholds of {@link RunOptions} that have defaults. */
const RUN_THRESHOLDS = {
  threshold: CLUSTER_DEFAULTS.threshold,
  initialThreshold: REFINE_DEFAULTS.initialThreshold,
  mergeThreshold: REFINE_DEFAULTS.mergeThreshold,
  outlierThreshold: REFINE_DEFAULTS.outlierThreshold,
  duplicateThreshold: EXPORT_DEFAULTS.duplicateThreshold,
  swapOutlierThreshold: EXPORT_DEFAULTS.outlierThreshold,
};

/** What `run` reports; the later steps are missing when it was stopped early. */
export interface RunResult {
  out: string;
  seconds: number;
  interrupted: boolean;
  /** Estimated disk space of the outputs; missing if no photo was new. */
  cost?: DiskCost;
  embed: EmbedResult;
  enrich?: EnrichResult;
  cluster?: ClusterResult;
  refine?: RefineResult;
  /** What was added, if an earlier run was extended. */
  extend?: ExtendResult;
  exportSwap?: ExportSwapReport;
  /** The pages of the outputs, in the order of the steps; missing without `report`. */
  reports?: WrittenReport[];
  /** What would give more facesets. */
  hints?: FacesetHints;
}

/**
 * Photos in, facesets out: embed, enrich, cluster, refine and export, resuming where an earlier call stopped.
 *
 * @param sources photo folders
 * @throws SourceError, OutputFolderError, ModelsNotFoundError, PipelineError and what the steps throw
 */
export async function run(sources: readonly string[], given: RunOptions): Promise<RunResult> {
  const start = performance.now();
  const { out } = given;
  const { threshold, initialThreshold } = given;
  const { algorithm } = usedAlgorithm(
    { ...ALGORITHM_DEFAULTS, ...defined(given) },
    { threshold, initialThreshold },
  );
  const { threshold: cut, initialThreshold: firstCut, ...others } = RUN_THRESHOLDS;
  const cuts = algorithm === 'hdbscan' ? {} : { threshold: cut, initialThreshold: firstCut };
  const thresholds = { ...cuts, ...others };
  const options = { ...thresholds, ...defined(given) } as RunOptions;
  const at = runLayout(out);
  let cost: DiskCost | undefined;
  const finish = (result: Omit<RunResult, 'out' | 'seconds'>): RunResult => ({
    out,
    seconds: Math.round((performance.now() - start) / 1000),
    ...(cost ? { cost } : {}),
    ...result,
  });
  await requireSources(sources);
  await requireWritable(out);
  await requireRunFolder(out);
  // All of them at once: a pack that lacks some must not be noticed after hours of embedding.
  await prepareCache(at.cache);
  const models = await openModels(options, ENRICH_ROLES);
  warnOfForeignThresholds(
    models.cacheSettings.models!,
    given,
    Object.keys(thresholds) as (keyof typeof RUN_THRESHOLDS)[],
  );
  const embedded = await embedWith(
    sources,
    at.cache,
    options,
    models,
    async ({ toOpen, example, ...photos }) => {
      // Where nothing is new, nothing much is written.
      if (toOpen === 0 || example === undefined) return;
      cost = await diskCost(photos, out, example, costOptions(options));
      tellDiskCost(cost, await onOneFileSystem(example, out), options);
    },
  );
  if (embedded.interrupted) return finish({ interrupted: true, embed: embedded });
  if (embedded.listed === 0 && embedded.cachedPhotos === 0)
    return finish({ interrupted: false, embed: embedded });
  const enriched = await enrichWith(at.cache, options, models);
  if (enriched.interrupted) return finish({ interrupted: true, embed: embedded, enrich: enriched });
  const sorted = await sortPeople(at, options);
  const exported = await exportSwap(at.cache, at.refineManifest, at.swapReady, {
    ...options,
    outlierThreshold: options.swapOutlierThreshold,
  });
  const hints = facesetHints(await readManifest(at.refineManifest, 'refine'));
  const done = {
    interrupted: false,
    embed: embedded,
    enrich: enriched,
    ...sorted,
    exportSwap: exported,
    hints,
  };
  if (options.report === false) return finish(done);
  return finish({ ...done, reports: await reportRun(out, options) });
}

/**
 * Clusters and refines; an earlier run whose numbers must be kept is extended instead, with the thresholds and limits that
 * it was made with.
 */
async function sortPeople(
  at: ReturnType<typeof runLayout>,
  options: RunOptions,
): Promise<{ cluster: ClusterResult; refine: RefineResult; extend?: ExtendResult }> {
  const kept =
    (await whyNumbersAreKept(at.raw, 'cluster')) ?? (await whyNumbersAreKept(at.refined, 'refine'));
  if (options.recluster || !kept) {
    const people = await cluster(at.cache, at.raw, options);
    return { cluster: people, refine: await refine(at.cache, at.refined, options) };
  }
  const refineOut = (await isRefined(at.refined)) ? at.refined : undefined;
  const { onEvent, signal } = options;
  const extended = await extend(at.cache, at.raw, { refineOut, onEvent, signal });
  return {
    cluster: extended.cluster,
    refine: extended.refine ?? (await refine(at.cache, at.refined, options)),
    extend: extended,
  };
}

/** What the cost of a run depends on. */
export function costOptions({ link, outSize, report }: Pick<RunOptions, 'link' | 'outSize' | 'report'>) {
  return {
    link: link ?? 'clone',
    outSize: outSize ?? EXPORT_DEFAULTS.outSize,
    report: report ?? true,
  } as const;
}
