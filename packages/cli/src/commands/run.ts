import {
  CLUSTER_DEFAULTS,
  count,
  type GroupChanges,
  planRun,
  type RunOptions,
  type RunResult,
  run,
  runLayout,
} from '@face-sets/pipeline';
import { Command } from 'commander';
import { addAlgorithmOptions } from '../algorithm.js';
import { shown } from '../events.js';
import { hintLines } from '../faceset-hints.js';
import { leftOutLines, missingLines, nothingFoundLines, photoCounts } from '../listing-lines.js';
import { addCommonOptions, addModelOptions, type CommonOptions } from '../options.js';
import { cosineDistance } from '../parse-values.js';
import { planLines } from '../plan-run.js';
import { duration } from '../progress.js';
import { capped, printResult, reasonList, skippedFiles } from '../result.js';
import { addEditOptions, addLinkOption, addReclusterOption } from './cluster.js';
import { addEmbedOptions } from './embed.js';
import { addExportOptions } from './export-swap.js';
import { addRefineOptions } from './refine.js';

/** `face-sets run SRC… --out DIR`. */
export function runCommand(): Command {
  const command = new Command('run')
    .argument('[src...]', 'photo folders; none: those of earlier runs with the same --out')
    .requiredOption('--out <dir>', 'output folder for everything')
    .option(
      '--threshold <distance>',
      'cosine distance up to which faces count as one person; higher merges more',
      cosineDistance,
      CLUSTER_DEFAULTS.threshold,
    )
    .option('--dry-run', 'count the photos and estimate the disk space, but write nothing')
    .option('--no-report', 'do not write report.html pages');
  addEmbedOptions(command);
  addRefineOptions(command);
  addAlgorithmOptions(command);
  addExportOptions(command, 'swap-outlier-threshold');
  addLinkOption(command);
  addReclusterOption(command);
  addEditOptions(command);
  return addCommonOptions(addModelOptions(command)).action(
    async (sources: string[], options: RunOptions & CommonOptions & { dryRun?: boolean }, self: Command) => {
      if (options.dryRun) {
        const plan = await planRun(sources, options.out, shown(options, self));
        printResult(plan, planLines(plan), options);
        return;
      }
      const result = await run(sources, shown(options, self));
      printResult(
        result,
        [...nothingFoundLines(sources, result.embed), ...runLines(result, options.missing)],
        options,
      );
      if (result.interrupted) process.exitCode = 130;
    },
  );
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
  if (cluster) lines.push(...changeLines(cluster.changes));
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
  // Missing photos are listed already.
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

/** What has changed for people who were there already; nothing where everyone is new. */
function changeLines({ added, created, changed, gone }: GroupChanges): string[] {
  const joined = added.reduce((sum, { faces }) => sum + faces, 0);
  const parts = [
    ...(joined > 0 ? [`${count(joined, 'face')} joined known people`] : []),
    ...(changed > 0 ? [`${count(changed, 'face')} went to others`] : []),
    ...(gone.length > 0 ? [`${gone.join(', ')} no longer there`] : []),
  ];
  if (parts.length === 0) return [];
  return [`Changes   ${[...parts, `${count(created.length, 'new person', 'new people')}`].join(', ')}`];
}

/** What to do where a run gave nothing, or not all that it could; each cause has its words. */
function nextSteps({ embed, cluster, refine, exportSwap, hints, reports, out }: RunResult): string[] {
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
      'A higher --threshold and --initial-threshold count more different faces as one person.',
    ];
  }
  const more = hintLines(hints);
  if (refine.summary.facesets === 0) return [...more, ...look];
  if (exportSwap.summary.facesets > 0) return more;
  const reasons = reasonList(exportSwap.summary.rejected_by);
  return [
    `No faceset: too few faces of ${count(refine.summary.facesets, 'person', 'people')} gave a good crop` +
      `${reasons ? ` (left out: ${reasons})` : ''}.`,
    `Their crops, and why others were left out: ${reports?.at(-1)?.path ?? runLayout(out).swapReady}`,
    ...more,
  ];
}
