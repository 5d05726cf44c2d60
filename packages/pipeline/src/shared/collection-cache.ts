import { join } from 'node:path';
import { formatNames, type SwapFormat, swapOptionsOf } from '@face-sets/fsz-export';
import { MANIFEST_NAMES, readManifest } from '@face-sets/manifests';
import { type ChangeOptions, recoverChanges } from '@face-sets/outputs';
import { notice, type StepOptions } from './context.js';

/** Options of the commands that work on an output of `export-swap` with its cache. */
export interface CollectionOptions {
  /** The face cache. Default: the one that the output was made from. */
  cache?: string;
}

/** The cache that an output was made from, and the formats it has; an interrupted change there is undone first. */
export async function cacheOfCollection(
  out: string,
  options: CollectionOptions & StepOptions,
): Promise<{ cachePath: string; formats: SwapFormat[] }> {
  // Or the manifest may be that of a change that is about to be taken back.
  await recoverChanges(out, { onRecovered: tellRecovered(options) });
  const manifest = await readManifest(join(out, MANIFEST_NAMES['export-swap']), 'export-swap');
  const { formats: known = [] } = swapOptionsOf(manifest.options);
  return {
    cachePath: options.cache ?? manifest.cache.path,
    formats: formatNames().filter((format) => known.includes(format)),
  };
}

/** Tells the caller that an interrupted change was undone. */
export function tellRecovered(options: StepOptions): ChangeOptions['onRecovered'] {
  return (operation) => {
    notice(options, `an earlier ${operation} was interrupted; its changes were undone`);
  };
}
