import { type FileHandle, open } from 'node:fs/promises';
import {
  errorCode,
  errorText,
  readFileIfThere,
  readRegularFile,
  reasonText,
  writeFileAtomic,
} from '@face-sets/files';
import { ManifestError } from './manifest-errors.js';
import { manifestJson } from './manifest-json.js';
import { MANIFESTS, type ManifestKind, type Manifests } from './manifest-kinds.js';
import { MANIFEST_SCHEMA_VERSION } from './manifest-parts.js';

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
    const reason = errorCode(error) === 'EINVAL' ? 'it is not a file' : reasonText(error);
    throw new ManifestError(`cannot read the manifest ${path}: ${reason}`);
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
 * Reads a manifest that may not be there.
 *
 * @returns null where there is none: nothing, a damaged one, or a file of another kind.
 * @throws UnreadablePathError when the file may not be read.
 */
export async function readManifestIfThere<K extends ManifestKind>(
  path: string,
  kind: K,
): Promise<Manifests[K] | null> {
  const bytes = await readFileIfThere(path);
  if (bytes === null) return null;
  try {
    return checkManifest(JSON.parse(bytes.toString('utf8')), kind, path);
  } catch (error) {
    if (error instanceof ManifestError || error instanceof SyntaxError) return null;
    throw error;
  }
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
      `${where}: kind: expected "${kind}", found ${describe(found.kind)}: this step needs another file`,
    );
  }
  if (found.schema_version !== MANIFEST_SCHEMA_VERSION) {
    throw new ManifestError(
      `${where}: schema_version: expected ${MANIFEST_SCHEMA_VERSION}, found ${describe(found.schema_version)}: it was written by another version of face-sets; make it again`,
    );
  }
  const result = MANIFESTS[kind].schema.safeParse(value);
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
