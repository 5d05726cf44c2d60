import { join } from 'node:path';
import { MANIFEST_NAMES, readManifestIfThere } from '@face-sets/manifests';
import { DecisionLog, settingsInForce } from '@face-sets/people';
import { requireSources } from '@face-sets/photos';
import type { WrittenReport } from '@face-sets/review';
import { collectionFiles, inCollection, withCollection } from '../collection/collection.js';
import { decideExportEdits, decideFolderEdits } from '../collection/folder-edits.js';
import { rememberedRun, rememberRun } from '../collection/run-settings.js';
import { checkAlgorithm } from '../shared/algorithm.js';
import { prepareCache, requireWritable } from '../shared/check-arguments.js';
import { defined } from '../shared/defined.js';
import { type DiskCost, diskCost, onOneFileSystem, tellDiskCost } from '../shared/disk-cost.js';
import { InvalidOptionsError, option } from '../shared/errors.js';
import type { FacesetHints } from '../shared/faceset-hints.js';
import { warnOfForeignThresholds } from '../shared/foreign-thresholds.js';
import { requireRunFolder, runLayout } from '../shared/locate/run-folder.js';
import { type OpenModels, openModels } from '../shared/open-models.js';
import { type ClusterResult, writePeople } from './cluster.js';
import { type EmbedOptions, type EmbedResult, embedWith } from './embed.js';
import { ENRICH_ROLES, type EnrichResult, enrichWith } from './enrich.js';
import { EXPORT_DEFAULTS, type ExportOptions, type ExportSwapReport, exportSwap } from './export-swap.js';
import {
  agreeBeforehand,
  type RefineOptions,
  type RefineResult,
  rememberRefine,
  writeFacesets,
} from './refine.js';
import { reportRun } from './report.js';

/** Options of {@link run}: those of its steps. What is not given is as in earlier runs with the same output. */
export interface RunOptions extends EmbedOptions, RefineOptions, Omit<ExportOptions, 'outlierThreshold'> {
  /** Output folder for everything. */
  out: string;
  /** Cosine distance up to which faces are one person; `initialThreshold` says the same. @default 0.55 */
  threshold?: number;
  /** `outlierThreshold` of the export; `outlierThreshold` is that of refine. @default 0.45 */
  swapOutlierThreshold?: number;
  /** Write `report.html` pages. @default true */
  report?: boolean;
}

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
  exportSwap?: ExportSwapReport;
  /** The pages of the outputs, in the order of the steps; missing without `report`. */
  reports?: WrittenReport[];
  /** What would give more facesets. */
  hints?: FacesetHints;
}

/**
 * Photos in, facesets out: embed, enrich, cluster, refine and export, resuming where an earlier call stopped.
 *
 * @param sources photo folders; none: those of earlier runs with this output
 * @throws SourceError, OutputFolderError, ModelsNotFoundError, PipelineError and what the steps throw
 */
export async function run(sources: readonly string[], asked: RunOptions): Promise<RunResult> {
  const start = performance.now();
  const { out } = asked;
  const at = runLayout(out);
  await requireWritable(out);
  const { sources: folders, options: given } = await rememberedRun(at.cache, sources, asked);
  const threshold = oneThreshold(given);
  checkAlgorithm(given, { threshold: given.threshold, initialThreshold: given.initialThreshold });
  const options = { ...given, threshold, initialThreshold: threshold, onEvent: warnedOfThresholds(given) };
  let cost: DiskCost | undefined;
  const finish = (result: Omit<RunResult, 'out' | 'seconds'>): RunResult => ({
    out,
    seconds: Math.round((performance.now() - start) / 1000),
    ...(cost ? { cost } : {}),
    ...result,
  });
  await requireSources(folders);
  await requireRunFolder(out);
  // All of them at once: a pack that lacks some must not be noticed after hours of embedding.
  await prepareCache(at.cache);
  const models = await openModels(options, ENRICH_ROLES);
  await warnOfThresholds(at.cache, models, given);
  return withCollection(at.cache, async () => {
    const embedded = await embedWith(
      folders,
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
    if (!embedded.interrupted && embedded.listed === 0 && embedded.cachedPhotos === 0)
      return finish({ interrupted: false, embed: embedded });
    await rememberRun(at.cache, folders, asked);
    if (embedded.interrupted) return finish({ interrupted: true, embed: embedded });
    const enriched = await enrichWith(at.cache, options, models);
    if (enriched.interrupted) return finish({ interrupted: true, embed: embedded, enrich: enriched });
    const sorted = await sortPeople(at, options);
    const exported = await exportSwap(at.cache, at.refineManifest, at.swapReady, {
      ...options,
      outlierThreshold: options.swapOutlierThreshold,
    });
    const done = {
      interrupted: false,
      embed: embedded,
      enrich: enriched,
      ...sorted,
      exportSwap: exported,
      hints: sorted.refine.hints,
    };
    if (options.report === false) return finish(done);
    return finish({ ...done, reports: await reportRun(out, options) });
  });
}

/**
 * The threshold by which people are found: `threshold` and `initialThreshold` say the same.
 *
 * @throws InvalidOptionsError where they differ
 */
function oneThreshold({ threshold, initialThreshold }: RunOptions): number | undefined {
  if (threshold !== undefined && initialThreshold !== undefined && threshold !== initialThreshold) {
    throw new InvalidOptionsError(
      `${option('threshold')} ${threshold} and ${option('initialThreshold')} ${initialThreshold} are the same setting: give one of them`,
    );
  }
  return threshold ?? initialThreshold;
}

/** Thresholds of {@link RunOptions} that were measured for a recognition model. */
const THRESHOLDS = [
  'threshold',
  'mergeThreshold',
  'outlierThreshold',
  'duplicateThreshold',
  'swapOutlierThreshold',
] as const;

/** Warns of thresholds that neither the caller nor the collection says. */
async function warnOfThresholds(
  cachePath: string,
  { cacheSettings }: OpenModels,
  given: RunOptions,
): Promise<void> {
  const { decisions } = await DecisionLog.open(collectionFiles(cachePath).decisions);
  const settings = settingsInForce(decisions);
  const algorithm = given.algorithm ?? settings.algorithm;
  const names = THRESHOLDS.filter((name) => algorithm !== 'hdbscan' || name !== 'threshold');
  const set = { threshold: settings.threshold, mergeThreshold: settings.merge_threshold };
  const known = { ...set, outlierThreshold: settings.outlier_threshold, ...defined(given) } as RunOptions;
  warnOfForeignThresholds(
    cacheSettings.models!,
    { ...known, threshold: oneThreshold(known) } as RunOptions,
    names,
  );
}

/** The caller's `onEvent` without the warnings of the steps that `run` itself has given once for all. */
function warnedOfThresholds({ onEvent }: RunOptions): RunOptions['onEvent'] {
  return (event) => {
    if (event.type !== 'warning' || event.code !== 'WARN_FOREIGN_THRESHOLDS') onEvent?.(event);
  };
}

/** Finds out who is who, and writes people and facesets. */
async function sortPeople(
  at: ReturnType<typeof runLayout>,
  options: RunOptions,
): Promise<{ cluster: ClusterResult; refine: RefineResult }> {
  const exported = await readManifestIfThere(
    join(at.swapReady, MANIFEST_NAMES['export-swap']),
    'export-swap',
  );
  return inCollection(at.cache, async (collection) => {
    const { recluster, ...kept } = options;
    await decideExportEdits(collection, at.swapReady, at.refineManifest, kept);
    await decideFolderEdits(collection, at.refined, 'refine', kept);
    const facesets = { ...kept, exported: new Set(exported?.facesets.map(({ id }) => id)) };
    const silent = { ...facesets, onEvent: undefined };
    const people = await writePeople(collection, at.raw, options, (known, cache) =>
      agreeBeforehand(collection, at.refined, silent, known, cache),
    );
    const refined = await writeFacesets(collection, at.refined, facesets);
    await rememberRefine(collection, options);
    return { cluster: people, refine: refined };
  });
}

/** What the cost of a run depends on. */
export function costOptions({ link, outSize, report }: Pick<RunOptions, 'link' | 'outSize' | 'report'>) {
  return {
    link: link ?? 'clone',
    outSize: outSize ?? EXPORT_DEFAULTS.outSize,
    report: report ?? true,
  } as const;
}
