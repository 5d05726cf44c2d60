import { readManifest } from '@face-sets/manifests';
import { whyNumbersAreKept } from '@face-sets/outputs';
import { requireSources } from '@face-sets/photos';
import type { WrittenReport } from '@face-sets/review';
import { Command } from 'commander';
import { addAlgorithmOptions } from '../algorithm.js';
import { prepareCache, requireWritable } from '../check-arguments.js';
import { type DiskCost, diskCost, onOneFileSystem, tellDiskCost } from '../disk-cost.js';
import { type FacesetHints, facesetHints, hintLines } from '../faceset-hints.js';
import { leftOutLines, missingLines, nothingFoundLines, photoCounts } from '../listing-lines.js';
import { openModels } from '../open-models.js';
import { addCommonOptions, addModelOptions, cosineDistance } from '../options.js';
import { planLines, planRun } from '../plan-run.js';
import { duration } from '../progress.js';
import { capped, count, printResult, skippedFiles } from '../result.js';
import { requireRunFolder, runLayout } from '../run-folder.js';
import { addLinkOption, addReclusterOption, type ClusterResult, clusterStep } from './cluster.js';
import { addEmbedOptions, type EmbedOptions, type EmbedResult, embedStep } from './embed.js';
import { ENRICH_ROLES, type EnrichResult, enrichStep } from './enrich.js';
import {
  addExportOptions,
  type ExportOptions,
  type ExportSwapReport,
  exportSwapStep,
} from './export-swap.js';
import { type ExtendResult, extendStep, isRefined } from './extend.js';
import { addRefineOptions, type RefineOptions, type RefineResult, refineStep } from './refine.js';
import { reportRun } from './report.js';

/** `face-sets run SRC… --out DIR`. */
export function runCommand(): Command {
  const command = new Command('run')
    .description(
      'photos in, facesets out: embed, enrich, cluster, refine and export-swap, resuming where it stopped',
    )
    .argument('<src...>', 'photo folders')
    .requiredOption('--out <dir>', 'where everything goes')
    .option('--threshold <distance>', 'of the raw clusters (raw/)', cosineDistance, 0.55)
    .option('--dry-run', 'say how many photos there are and what the outputs will take, and write nothing')
    .option('--no-report', 'write no pages to look at the outputs (report.html)');
  addEmbedOptions(command);
  addRefineOptions(command);
  addAlgorithmOptions(command);
  addExportOptions(command, 'swap-outlier-threshold');
  addLinkOption(command);
  addReclusterOption(command);
  return addCommonOptions(addModelOptions(command)).action(async (sources: string[], options: RunOptions) => {
    if (options.dryRun) {
      await requireSources(sources);
      const plan = await planRun(sources, options.out, options);
      printResult(plan, planLines(plan), options);
      return;
    }
    const result = await runSteps(sources, options);
    printResult(
      result,
      [...nothingFoundLines(sources, result.embed), ...runLines(result, options.missing)],
      options,
    );
    if (result.interrupted) process.exitCode = 130;
  });
}

export interface RunOptions extends EmbedOptions, RefineOptions, Omit<ExportOptions, 'outlierThreshold'> {
  out: string;
  threshold: number;
  swapOutlierThreshold: number;
  report: boolean;
  dryRun?: boolean;
}

/** What `run` reports; the later steps are missing when it was stopped early. */
export interface RunResult {
  out: string;
  seconds: number;
  interrupted: boolean;
  /** What the outputs were expected to take on the disk; missing where no photo was new. */
  cost?: DiskCost;
  embed: EmbedResult;
  enrich?: EnrichResult;
  cluster?: ClusterResult;
  refine?: RefineResult;
  /** Where the numbers of an earlier run were kept: what was added. */
  extend?: ExtendResult;
  exportSwap?: ExportSwapReport;
  /** The pages of the outputs, in the order of the steps; missing with `--no-report`. */
  reports?: WrittenReport[];
  /** What would give more facesets. */
  hints?: FacesetHints;
}

async function runSteps(sources: readonly string[], options: RunOptions): Promise<RunResult> {
  const start = performance.now();
  const { out } = options;
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
  const embed = await embedStep(
    sources,
    at.cache,
    options,
    models,
    async ({ toOpen, example, ...photos }) => {
      // Where nothing is new, nothing much is written.
      if (toOpen === 0 || example === undefined) return;
      cost = await diskCost(photos, out, example, options);
      tellDiskCost(cost, await onOneFileSystem(example, out), options.quiet ?? false);
    },
  );
  if (embed.interrupted) return finish({ interrupted: true, embed });
  if (embed.listed === 0 && embed.cachedPhotos === 0) return finish({ interrupted: false, embed });
  const enrich = await enrichStep(at.cache, options, models);
  if (enrich.interrupted) return finish({ interrupted: true, embed, enrich });
  const { cluster, refine, extend } = await sortSteps(at, options);
  const exportSwap = await exportSwapStep(at.cache, at.refineManifest, at.swapReady, {
    ...options,
    outlierThreshold: options.swapOutlierThreshold,
  });
  const hints = facesetHints(await readManifest(at.refineManifest, 'refine'));
  const done = { interrupted: false, embed, enrich, cluster, refine, extend, exportSwap, hints };
  if (!options.report) return finish(done);
  return finish({ ...done, reports: await reportRun(out, options) });
}

/**
 * Clusters and refines; where the numbers of an earlier run are to be kept, it is extended, with the thresholds and limits
 * that it was made with.
 */
async function sortSteps(
  at: ReturnType<typeof runLayout>,
  options: RunOptions,
): Promise<{ cluster: ClusterResult; refine: RefineResult; extend?: ExtendResult }> {
  const kept =
    (await whyNumbersAreKept(at.raw, 'cluster')) ?? (await whyNumbersAreKept(at.refined, 'refine'));
  if (options.recluster || !kept) {
    const cluster = await clusterStep(at.cache, at.raw, options);
    return { cluster, refine: await refineStep(at.cache, at.refined, options) };
  }
  const refineOut = (await isRefined(at.refined)) ? at.refined : undefined;
  const extend = await extendStep(at.cache, at.raw, { refineOut, quiet: options.quiet });
  const { cluster, refine = await refineStep(at.cache, at.refined, options) } = extend;
  return { cluster, refine, extend };
}

function runLines(result: RunResult, asked: RunOptions['missing']): string[] {
  const { embed, enrich, cluster, refine, exportSwap, out } = result;
  const at = runLayout(out);
  const failures = [...embed.failures, ...embed.problems];
  const lines = [
    '',
    `Photos    ${photoCounts(embed)}`,
    `Faces     ${embed.cachedFaces.toLocaleString('en')} in ${count(embed.cachedPhotos, 'distinct photo')}  →  ${at.cache}`,
  ];
  if (cluster) {
    const { people, singletons } = cluster.summary;
    lines.push(`People    ${people} (and ${count(singletons, 'face')} alone)  →  ${at.raw}`);
  }
  if (result.extend) {
    const { added, created } = result.extend.cluster.churn;
    const faces = added.reduce((sum, { faces }) => sum + faces, 0);
    lines.push(
      `Kept      all numbers and folder names: ${count(faces, 'face')} joined known people, ${created.length} are new`,
    );
  }
  if (refine) {
    lines.push(
      `Refined   ${count(refine.summary.facesets, 'person', 'people')} with enough good photos  →  ${at.refined}`,
    );
  }
  if (exportSwap) {
    const { facesets, faces, thin } = exportSwap.summary;
    lines.push(
      `Facesets  ${facesets} of ${count(faces, 'face')}${thin > 0 ? `, ${thin} thin` : ''}  →  ${at.swapReady}`,
    );
  }
  const page = result.reports?.at(-1);
  if (page) lines.push(`Report    ${page.path}  (open it in a browser)`);
  lines.push(`Time      ${duration(result.seconds)}`);
  if (failures.length > 0) {
    lines.push(
      '',
      'Could not be used:',
      ...capped(failures.map(({ path, message }) => `  ${path}: ${message}`)),
    );
  }
  for (const more of [leftOutLines(embed), missingLines(embed, asked)]) {
    if (more.length > 0) lines.push('', ...more);
  }
  // Of photos that are gone it has been said.
  const gone = new Set(embed.missing);
  const unplaced = skippedFiles(
    [...(cluster?.fileErrors ?? []), ...(refine?.fileErrors ?? [])].filter(({ source }) => !gone.has(source)),
  );
  if (unplaced.length > 0) lines.push('', ...unplaced);
  if (enrich && enrich.failures.length > 0) {
    lines.push('', 'Could not be enriched:');
    lines.push(...capped(enrich.failures.map(({ path, message }) => `  ${path}: ${message}`)));
  }
  if (result.interrupted) lines.push('', 'Stopped early. Run the same command again to go on.');
  else {
    const next = nextSteps(result);
    if (next.length > 0) lines.push('', ...next);
  }
  return lines;
}

/** What to do where a run gave nothing, or not all that it could; each cause has its words. */
function nextSteps({ embed, cluster, refine, exportSwap, extend, hints, reports, out }: RunResult): string[] {
  if (!cluster || !refine || !exportSwap || !hints || embed.listed === 0) return [];
  const [people, almost] = reports ?? [];
  const look = [
    ...(people ? [`Look at the people first: ${people.path}`] : []),
    ...(almost && hints.nearest ? [`Who is almost there: ${almost.path}`] : []),
  ];
  if (embed.cachedFaces === 0) {
    return [
      `No face was found in ${count(embed.cachedPhotos, 'photo')}.`,
      ...(embed.cachedPhotos > 0 ? ['If they lie on their side, try --rotate-retry.'] : []),
    ];
  }
  if (cluster.summary.people === 0) {
    return [
      `Nobody is in two photos: each of the ${count(embed.cachedFaces, 'face')} stands alone.`,
      'A higher --threshold and --initial-threshold take more different faces for one person.',
    ];
  }
  // Numbers that are kept keep the limits that they were made with.
  const more = hintLines(hints, extend ? ' --recluster' : '');
  if (refine.summary.facesets === 0) return [...more, ...look];
  if (exportSwap.summary.facesets > 0) return more;
  const reasons = Object.entries(exportSwap.summary.rejected_by).map(([code, n]) => `${code} ${n}`);
  return [
    `No faceset: too few faces of ${count(refine.summary.facesets, 'person', 'people')} gave a good crop` +
      `${reasons.length > 0 ? ` (left out: ${reasons.join(', ')})` : ''}.`,
    `Their crops, and why others were left out: ${reports?.at(-1)?.path ?? runLayout(out).swapReady}`,
    ...more,
  ];
}
