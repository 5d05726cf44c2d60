import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkManifest, MANIFEST_NAMES, type Manifests } from '@face-sets/manifests';
import { PipelineError } from '../errors.js';
import { runLayout } from './run-folder.js';

/** The outputs that name the cache that they were made from. */
const KINDS = ['cluster', 'refine', 'export-swap'] as const;

/**
 * The cache that a path on the command line stands for: a cache itself, whose `.npz` may be left out; that in the OUT of a
 * `run`; that which an output, or its manifest, was made from. The cache may not be there.
 *
 * @throws PipelineError for anything else that is there; ManifestError for a damaged manifest
 */
export function cacheAt(path: string): string {
  if (path === '') throw new PipelineError(`expected ${EXPECTED}, found nothing`);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) {
    if (/[\\/]$/.test(path)) throw new PipelineError(`there is no folder ${path}: expected ${EXPECTED}`);
    return /\.npz$/i.test(path) ? path : `${path}.npz`;
  }
  if (!found.isDirectory()) {
    const isManifest = KINDS.some((kind) => path.endsWith(MANIFEST_NAMES[kind]));
    return isManifest ? cacheOfOutput(path) : path;
  }
  const { cache } = runLayout(path);
  if (isCache(cache)) return cache;
  const manifest = KINDS.map((kind) => join(path, MANIFEST_NAMES[kind])).find((file) => existsSync(file));
  if (manifest !== undefined) return cacheOfOutput(manifest);
  throw new PipelineError(`${path} is a folder that holds nothing of face-sets, expected ${EXPECTED}`);
}

const EXPECTED = 'the OUT of a run, a face cache (.npz), or an output that was made from one';

function cacheOfOutput(manifest: string): string {
  const { path } = readOutputManifest(manifest).cache;
  if (isCache(path)) return path;
  // The OUT of a run may have been moved as a whole.
  const { cache } = runLayout(dirname(dirname(manifest)));
  return isCache(cache) ? cache : path;
}

function readOutputManifest(path: string): Manifests[(typeof KINDS)[number]] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const kind = (value as { kind?: unknown } | undefined)?.kind;
  return checkManifest(value, KINDS.find((known) => known === kind) ?? 'cluster', path);
}

/** A cache whose first run was cut short is a journal only. */
function isCache(path: string): boolean {
  return existsSync(path) || existsSync(`${path}.journal`);
}
