import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, isSystemError } from '@face-sets/files';
import {
  MANIFEST_NAMES,
  ManifestError,
  type Manifests,
  namedOptions,
  type OptionValues,
  type PlacedKind,
  readManifest,
} from '@face-sets/manifests';
import { filesOfManifest } from './write-placed-output.js';

/**
 * The manifest in `out`, if that output was made from the same cache and people with the same options, every file is still there,
 * and every photo could be placed or is still gone; else `null`: it has to be made (again).
 *
 * @param made.cacheSha256 SHA-256 of the cache file
 * @param made.peopleSha256 digest of who is who
 */
export async function outputIsCurrent<K extends PlacedKind>(
  out: string,
  kind: K,
  made: { cacheSha256: string; peopleSha256: string; options: OptionValues },
): Promise<Manifests[K] | null> {
  const path = join(out, MANIFEST_NAMES[kind]);
  try {
    const manifest = await readManifest(path, kind);
    if (manifest.cache.sha256 !== made.cacheSha256) return null;
    if (manifest.people_sha256 !== made.peopleSha256) return null;
    if (sortedJson(manifest.options) !== sortedJson(namedOptions(made.options))) return null;
    for (const { reason, source } of manifest.file_errors) {
      if (reason !== 'source-missing' || !(await isMissing(source))) return null;
    }
    for (const file of filesOfManifest(manifest)) await lstat(join(out, file));
    return manifest;
  } catch (error) {
    // A manifest that cannot be read or a file that is gone: whoever makes the output says what is wrong.
    if (error instanceof ManifestError || isSystemError(error)) return null;
    throw error;
  }
}

function sortedJson(options: OptionValues): string {
  return JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
}
