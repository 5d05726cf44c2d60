import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { nullIfMissing, OutputFolderError } from '@face-sets/files';
import {
  MANIFEST_NAMES,
  type Manifests,
  type PlacedKind,
  readManifestIfThere,
  recordedOptions,
} from '@face-sets/manifests';
import { LINK_MODES } from '@face-sets/outputs';
import { inCollection } from '../collection/collection.js';
import type { EditOptions } from '../collection/folder-edits.js';
import type { StepOptions } from '../shared/context.js';
import { isRunFolder, outputAt } from '../shared/locate/locate-output.js';
import { runLayout } from '../shared/locate/run-folder.js';
import { type ClusterResult, writePeople } from './cluster.js';
import { LIMIT_DEFAULTS, type RefineOptions, type RefineResult, writeFacesets } from './refine.js';

/** Options of {@link extend}. */
export interface ExtendOptions extends StepOptions, EditOptions, Pick<RefineOptions, 'yes'> {
  /** Also extend this output of `refine`. Default: that of the `run` that is extended, else none. */
  refineOut?: string | undefined;
  /** Cosine distance up to which new faces join the people that there are. Default: that by which these were found. */
  threshold?: number | undefined;
}

/** What `extend` reports. */
export interface ExtendResult {
  cluster: ClusterResult;
  /** With `refineOut`. */
  refine?: RefineResult;
}

/**
 * Adds what is new in a cache to an output of `cluster`, and to one of `refine` with the limits that it was made with: numbers,
 * folder names and faces of everyone stay.
 *
 * @param out of `cluster`, or of `run`, of which both are extended
 * @throws OutputFolderError where there is no such output
 */
export async function extend(
  cachePath: string,
  out: string,
  options: ExtendOptions = {},
): Promise<ExtendResult> {
  const { refineOut = await refinedBeside(out), threshold, ...step } = options;
  const rawOut = outputAt('cluster', out);
  return inCollection(cachePath, async (collection) => {
    const raw = await earlier(rawOut, 'cluster');
    const refined = refineOut === undefined ? undefined : await earlier(refineOut, 'refine');
    const cluster = await writePeople(collection, rawOut, {
      ...step,
      joinThreshold: threshold,
      ...linkOf(raw),
    });
    if (!refined) return { cluster };
    const limits = recordedOptions(refined.options, LIMIT_DEFAULTS);
    const refine = await writeFacesets(collection, refineOut!, {
      ...step,
      ...limits,
      ...linkOf(refined),
    });
    return { cluster, refine };
  });
}

/** Of the OUT of a `run`, its output of refine where there is one. */
async function refinedBeside(out: string): Promise<string | undefined> {
  const { refined } = runLayout(out);
  return isRunFolder(out) && (await isRefined(refined)) ? refined : undefined;
}

/** Whether there is an output of refine at `out`. */
async function isRefined(out: string): Promise<boolean> {
  const path = join(out, MANIFEST_NAMES.refine);
  return (await nullIfMissing(path, lstat(path))) !== null;
}

async function earlier<K extends PlacedKind>(out: string, kind: K): Promise<Manifests[K]> {
  const manifest = await readManifestIfThere(join(out, MANIFEST_NAMES[kind]), kind);
  if (manifest) return manifest;
  throw new OutputFolderError(
    `${out} is not an output of kind "${kind}" (it has no ${MANIFEST_NAMES[kind]}): make one, then extend it`,
  );
}

function linkOf({ options }: Manifests[PlacedKind]) {
  const link = LINK_MODES.find((mode) => mode === options.link);
  return link === undefined ? {} : { link };
}
