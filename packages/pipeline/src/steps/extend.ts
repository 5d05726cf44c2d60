import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { nullIfMissing } from '@face-sets/files';
import { type ClusterManifest, MANIFEST_NAMES, type RefineManifest } from '@face-sets/manifests';
import {
  type ExtendedOutput,
  type ExtensionDiff,
  extendPersonFolders,
  extendRefinedFolders,
  extensionIsCurrent,
} from '@face-sets/outputs';
import { similarityBackend } from '../shared/algorithm.js';
import { inStage, type StepOptions } from '../shared/context.js';
import { count } from '../shared/count.js';
import { isRunFolder, outputAt } from '../shared/locate-output.js';
import { cacheFile, readCache } from '../shared/read-cache.js';
import { runLayout } from '../shared/run-folder.js';
import type { ClusterResult } from './cluster.js';
import type { RefineResult } from './refine.js';

/** Options of {@link extend}. */
export interface ExtendOptions extends StepOptions {
  /** Also extend this output of `refine`. Default: that of the `run` that is extended, else none. */
  refineOut?: string | undefined;
  /** Cosine distance up to which faces are one person. Default: as in the output. */
  threshold?: number | undefined;
}

/** What `extend` did to one output. */
export interface ExtensionResult {
  /** The output was up to date: nothing has changed since the last run. */
  upToDate: boolean;
  /** Faces and groups that were added, and the proof that none moved. */
  labelDiff: ExtensionDiff;
  renamed: ExtendedOutput<unknown>['renamed'];
  vanished: ExtendedOutput<unknown>['vanished'];
  superseded: ExtendedOutput<unknown>['superseded'];
}

/** What `extend` reports. */
export interface ExtendResult {
  cluster: ClusterResult & ExtensionResult;
  /** With `refineOut`. */
  refine?: RefineResult & ExtensionResult;
}

/**
 * Adds new photos in a cache to an output of `cluster`, and to one of `refine`; existing people keep their numbers, folder
 * names and faces.
 *
 * @param out an output of `cluster`, or of `run`, of which both outputs are extended
 */
export async function extend(
  cachePath: string,
  out: string,
  options: ExtendOptions = {},
): Promise<ExtendResult> {
  const { refineOut = await refinedBeside(out), threshold } = options;
  const rawOut = outputAt('cluster', out);
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
  return inStage(options, 'Extending', 'files', async (stage) => {
    const cache = await readCache(cachePath, ['embedding', 'bbox', 'detScore', 'blur']);
    const input = {
      cache,
      cacheFile: file,
      signal: options.signal,
      onProgress: stage.onItems,
    };
    const { person, ...cluster } = await extendPersonFolders({
      ...input,
      out: rawOut,
      threshold,
      similarity: similarityBackend(),
    });
    const refine =
      refineOut === undefined ? undefined : await extendRefinedFolders({ ...input, out: refineOut, person });
    const added = cluster.labelDiff.added.reduce((sum, { faces }) => sum + faces, 0);
    const result = {
      cluster: changed(rawOut, cluster),
      ...(refine ? { refine: changed(refineOut!, refine) } : {}),
    };
    return {
      result,
      summary: `Extended by ${count(added, 'face')} and ${count(cluster.labelDiff.created.length, 'person', 'people')}`,
    };
  });
}

/** Of the OUT of a `run`, its output of refine where there is one. */
async function refinedBeside(out: string): Promise<string | undefined> {
  const { refined } = runLayout(out);
  return isRunFolder(out) && (await isRefined(refined)) ? refined : undefined;
}

/** Whether there is an output of refine at `out`. */
export async function isRefined(out: string): Promise<boolean> {
  const path = join(out, MANIFEST_NAMES.refine);
  return (await nullIfMissing(path, lstat(path))) !== null;
}

type AnyManifest = ClusterManifest | RefineManifest;

function unchanged<M extends AnyManifest>(out: string, manifest: M) {
  return {
    ...reported(out, manifest),
    upToDate: true,
    labelDiff: { renumbered: 0, changed: 0, added: [], created: [] },
    renamed: [],
    vanished: [],
    superseded: [],
  };
}

function changed<M extends AnyManifest>(out: string, extended: ExtendedOutput<M>) {
  const { manifest, labelDiff, renamed, vanished, superseded } = extended;
  return { ...reported(out, manifest), upToDate: false, labelDiff, renamed, vanished, superseded };
}

function reported<M extends AnyManifest>(out: string, manifest: M) {
  return { out, summary: manifest.summary as M['summary'], fileErrors: manifest.file_errors };
}
