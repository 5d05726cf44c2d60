import { join } from 'node:path';
import { SWAP_FORMATS, type SwapFormat, swapOptionsOf } from '@face-sets/fsz-export';
import { MANIFEST_NAMES, readManifest } from '@face-sets/manifests';
import type { ChangeOptions } from '@face-sets/outputs';
import type { Command } from 'commander';
import { cacheName } from './cache-name.js';
import { outputAt } from './locate-output.js';
import type { CommonOptions } from './options.js';
import { tell } from './terminal.js';

/** Options of the commands that work on an output of `export-swap` with its cache. */
export interface CollectionOptions {
  cache?: string;
}

export function addCollectionOptions(command: Command): Command {
  return command
    .argument('<out>', 'output folder of export-swap, or of run', (path) => outputAt('export-swap', path))
    .option('--cache <file>', 'face cache (default: the one that OUT was made from)', cacheName);
}

/** The cache of an output, and the formats that it is written in. */
export async function cacheOfCollection(
  out: string,
  options: CollectionOptions,
): Promise<{ cachePath: string; format: SwapFormat[] }> {
  const manifest = await readManifest(join(out, MANIFEST_NAMES['export-swap']), 'export-swap');
  const { formats } = swapOptionsOf(manifest.options);
  return {
    cachePath: options.cache ?? manifest.cache.path,
    format: SWAP_FORMATS.filter((format) => formats?.includes(format)),
  };
}

/** Says on standard error that an interrupted change was taken back. */
export function tellRecovered({ quiet }: CommonOptions): ChangeOptions['onRecovered'] {
  return (operation) => {
    if (!quiet) tell(`${operation} was interrupted before; what it had done was taken back`);
  };
}
