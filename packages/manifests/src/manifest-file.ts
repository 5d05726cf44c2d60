import { type FileHandle, open } from 'node:fs/promises';
import { errorCode, errorText, readRegularFile, writeFileAtomic } from '@face-sets/files';
import type { z } from 'zod';
import { type ClusterManifest, clusterManifestSchema } from './cluster-manifest.js';
import { type DuplicatesManifest, duplicatesManifestSchema } from './duplicates-manifest.js';
import { type ErasManifest, erasManifestSchema } from './eras-manifest.js';
import { ManifestError } from './manifest-errors.js';
import { manifestJson } from './manifest-json.js';
import { MANIFEST_SCHEMA_VERSION } from './manifest-parts.js';
import { type RefineManifest, refineManifestSchema } from './refine-manifest.js';
import {
  type SwapFacesetManifest,
  type SwapManifest,
  swapFacesetManifestSchema,
  swapManifestSchema,
} from './swap-manifest.js';

/** Every kind of manifest, by the word in its `kind` field. */
export interface Manifests {
  cluster: ClusterManifest;
  refine: RefineManifest;
  'export-swap': SwapManifest;
  'swap-faceset': SwapFacesetManifest;
  eras: ErasManifest;
  duplicates: DuplicatesManifest;
}

export type ManifestKind = keyof Manifests;

const SCHEMAS: { [K in ManifestKind]: z.ZodType<Manifests[K]> } = {
  cluster: clusterManifestSchema,
  refine: refineManifestSchema,
  'export-swap': swapManifestSchema,
  'swap-faceset': swapFacesetManifestSchema,
  eras: erasManifestSchema,
  duplicates: duplicatesManifestSchema,
};

/**
 * The file name of each kind of manifest, in the folder that it describes; of `duplicates` what comes after the name of
 * the cache, see {@link duplicatesPath}.
 */
export const MANIFEST_NAMES: { readonly [K in ManifestKind]: string } = {
  cluster: 'manifest.json',
  refine: 'refine_manifest.json',
  'export-swap': 'manifest.json',
  'swap-faceset': 'manifest.json',
  eras: 'eras.json',
  duplicates: 'duplicates.json',
};

/** Where the duplicates of a cache are listed: beside it, `faces.npz.duplicates.json`. */
export function duplicatesPath(cachePath: string): string {
  return `${cachePath}.${MANIFEST_NAMES.duplicates}`;
}

/**
 * Reads and checks a manifest.
 *
 * @throws ManifestError with one line that names the file and the field.
 */
export async function readManifest<K extends ManifestKind>(path: string, kind: K): Promise<Manifests[K]> {
  let text: string;
  try {
    text = (await readRegularFile(path)).toString('utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw new ManifestError(`no manifest at ${path}`);
    throw new ManifestError(`cannot read the manifest ${path}: ${errorText(error)}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ManifestError(`${path} is not JSON: ${errorText(error)}`);
  }
  return checkManifest(value, kind, path);
}

/**
 * Checks a manifest that is already parsed.
 *
 * @param where What to call it in an error, such as its path.
 * @throws ManifestError with one line that names the field, what was found and what was expected.
 */
export function checkManifest<K extends ManifestKind>(value: unknown, kind: K, where: string): Manifests[K] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ManifestError(`${where}: expected a manifest of kind "${kind}", found ${describe(value)}`);
  }
  const found = value as { kind?: unknown; schema_version?: unknown };
  if (found.kind !== kind) {
    throw new ManifestError(
      `${where}: kind: expected "${kind}", found ${describe(found.kind)}: it is another file than this step needs`,
    );
  }
  if (found.schema_version !== MANIFEST_SCHEMA_VERSION) {
    throw new ManifestError(
      `${where}: schema_version: expected ${MANIFEST_SCHEMA_VERSION}, found ${describe(found.schema_version)}: it was written by another version of face-sets; make it anew`,
    );
  }
  const result = SCHEMAS[kind].safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = fieldName(issue.path);
  const more = result.error.issues.length - 1;
  throw new ManifestError(
    `${where}: ${field}: ${issue.message.split('\n')[0]}, found ${describe(valueAt(value, issue.path))}${more > 0 ? ` (and ${more} more)` : ''}`,
  );
}

/**
 * Checks and writes a manifest: atomic, mode 0600, the same bytes for the same content. A file that holds these bytes
 * already is left alone.
 */
export async function writeManifest<K extends ManifestKind>(
  path: string,
  kind: K,
  manifest: Manifests[K],
): Promise<void> {
  checkManifest(manifest, kind, path);
  const json = [...manifestJson(manifest)];
  if (await holds(path, json)) return;
  await writeFileAtomic(path, json);
}

async function holds(path: string, pieces: readonly string[]): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch {
    return false;
  }
  try {
    let expected = 0;
    for (const piece of pieces) expected += Buffer.byteLength(piece);
    if ((await file.stat()).size !== expected) return false;
    for (const piece of pieces) {
      const bytes = Buffer.from(piece);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes.length), 0, bytes.length);
      if (bytesRead !== bytes.length || !buffer.equals(bytes)) return false;
    }
    return true;
  } finally {
    await file.close();
  }
}

function fieldName(path: readonly PropertyKey[]): string {
  let name = '';
  for (const part of path) {
    name += typeof part === 'number' ? `[${part}]` : `${name ? '.' : ''}${String(part)}`;
  }
  return name || 'manifest';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const part of path) at = (at as Record<PropertyKey, unknown> | undefined | null)?.[part];
  return at;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
