import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClusterManifest, MANIFEST_NAMES, type RefineManifest } from '@face-sets/manifests';
import {
  type ExtendedOutput,
  type ExtensionChurn,
  extendPersonFolders,
  extendRefinedFolders,
  extensionIsCurrent,
  type GroupGrowth,
} from '@face-sets/outputs';
import { Command } from 'commander';
import { similarityBackend } from '../algorithm.js';
import { cacheName } from '../cache-name.js';
import { isRunFolder, outputAt } from '../locate-output.js';
import { addCommonOptions, type CommonOptions, cosineDistance } from '../options.js';
import { startProgress } from '../progress.js';
import { cacheFile, readCache } from '../read-cache.js';
import { capped, count, printResult } from '../result.js';
import { runLayout } from '../run-folder.js';
import { type ClusterResult, clusterLines } from './cluster.js';
import { type RefineResult, refineLines } from './refine.js';

/** `face-sets extend CACHE RAW_OUT`. */
export function extendCommand(): Command {
  const command = new Command('extend')
    .description(
      'add the photos that are new in CACHE to an output of cluster: numbers, folder names and faces of everyone stay',
    )
    .argument('<cache>', 'face cache (.npz), grown since', cacheName)
    .argument('<raw-out>', 'output folder of cluster, or of run')
    .option('--refine-out <dir>', 'an output of refine, to add them to as well')
    .option(
      '--threshold <distance>',
      'cosine distance up to which faces are one person (default: that which the output was made with)',
      cosineDistance,
    );
  return addCommonOptions(command).action(async (cache: string, rawOut: string, options: ExtendOptions) => {
    // Of a run, both.
    const { refined } = runLayout(rawOut);
    const both = isRunFolder(rawOut) && (await isRefined(refined)) ? { refineOut: refined } : {};
    const result = await extendStep(cache, outputAt('cluster', rawOut), { ...both, ...options });
    printResult(result, extendLines(result), options);
  });
}

export interface ExtendOptions extends CommonOptions {
  refineOut?: string;
  threshold?: number;
}

/** What `extend` did to one output. */
interface ExtensionResult {
  /** Nothing had to be done: nothing has changed since the last run. */
  upToDate: boolean;
  churn: ExtensionChurn;
  renamed: ExtendedOutput<unknown>['renamed'];
  vanished: ExtendedOutput<unknown>['vanished'];
  superseded: ExtendedOutput<unknown>['superseded'];
}

/** What `extend` reports. */
export interface ExtendResult {
  cluster: ClusterResult & ExtensionResult;
  /** With `--refine-out`. */
  refine?: RefineResult & ExtensionResult;
}

/** Adds what is new in `cachePath` to the outputs. */
export async function extendStep(
  cachePath: string,
  rawOut: string,
  options: ExtendOptions,
): Promise<ExtendResult> {
  const { refineOut, threshold } = options;
  const file = await cacheFile(cachePath);
  const made = { cacheSha256: file.sha256, threshold };
  const people = await extensionIsCurrent(rawOut, 'cluster', made);
  const facesets =
    refineOut === undefined
      ? undefined
      : await extensionIsCurrent(refineOut, 'refine', { cacheSha256: file.sha256 });
  if (people && facesets !== null) {
    return {
      cluster: unchanged(rawOut, people),
      ...(facesets ? { refine: unchanged(refineOut!, facesets) } : {}),
    };
  }
  const progress = startProgress('Extending', 'files', { quiet: options.quiet ?? false });
  try {
    const cache = await readCache(cachePath, ['embedding', 'bbox', 'detScore', 'blur']);
    const input = {
      cache,
      cacheFile: file,
      onProgress: ({ done, total }: { done: number; total: number }) => progress.update(done, total),
    };
    const { person, ...cluster } = await extendPersonFolders({
      ...input,
      out: rawOut,
      threshold,
      similarity: similarityBackend(),
    });
    const refine =
      refineOut === undefined ? undefined : await extendRefinedFolders({ ...input, out: refineOut, person });
    const added = cluster.churn.added.reduce((sum, { faces }) => sum + faces, 0);
    progress.finish(
      `Extended by ${count(added, 'face')} and ${count(cluster.churn.created.length, 'person', 'people')}`,
    );
    return {
      cluster: changed(rawOut, cluster),
      ...(refine ? { refine: changed(refineOut!, refine) } : {}),
    };
  } catch (error) {
    progress.stop();
    throw error;
  }
}

/** Whether there is an output of refine at `out`. */
export async function isRefined(out: string): Promise<boolean> {
  return (await lstat(join(out, MANIFEST_NAMES.refine)).catch(() => null)) !== null;
}

type AnyManifest = ClusterManifest | RefineManifest;

function unchanged<M extends AnyManifest>(out: string, manifest: M) {
  return {
    ...reported(out, manifest),
    upToDate: true,
    churn: { renumbered: 0, changed: 0, added: [], created: [] },
    renamed: [],
    vanished: [],
    superseded: [],
  };
}

function changed<M extends AnyManifest>(out: string, extended: ExtendedOutput<M>) {
  const { manifest, churn, renamed, vanished, superseded } = extended;
  return { ...reported(out, manifest), upToDate: false, churn, renamed, vanished, superseded };
}

function reported<M extends AnyManifest>(out: string, manifest: M) {
  return { out, summary: manifest.summary as M['summary'], fileErrors: manifest.file_errors };
}

/** The result for people. */
export function extendLines({ cluster, refine }: ExtendResult): string[] {
  return [
    ...clusterLines(cluster),
    ...extensionLines(cluster, ['person', 'people']),
    ...(refine ? ['', ...refineLines(refine), ...extensionLines(refine, ['faceset', 'facesets'])] : []),
  ];
}

/** The proof that nobody changed, and what came and went. */
function extensionLines(
  { churn, renamed, vanished, superseded }: ExtensionResult,
  [one, many]: [string, string],
): string[] {
  const joined = churn.added.reduce((sum, { faces }) => sum + faces, 0);
  const name = ({ id, folder }: GroupGrowth) => (folder === id ? id : `${id} (${folder})`);
  const photos = (lost: typeof vanished) =>
    capped(lost.map(({ source, faces }) => `  ${source} (${count(faces, 'face')})`));
  return [
    `${many} renumbered: ${churn.renumbered}`,
    `faces that changed ${one}: ${churn.changed}`,
    `faces added to known ${many}: ${joined}`,
    ...capped(
      churn.added.map((group) => `  ${name(group)} +${group.faces}`),
      100,
    ),
    `new ${many}: ${churn.created.length}`,
    ...capped(
      churn.created.map((group) => `  ${name(group)} ${count(group.faces, 'face')}`),
      100,
    ),
    ...renamed.map(({ id, folder }) => `${id} is now in ${folder}`),
    ...(vanished.length > 0
      ? [`${count(vanished.length, 'photo')} no longer in the cache, taken out:`, ...photos(vanished)]
      : []),
    ...(superseded.length > 0
      ? [`${count(superseded.length, 'photo')} with other content by now, taken out:`, ...photos(superseded)]
      : []),
  ];
}
