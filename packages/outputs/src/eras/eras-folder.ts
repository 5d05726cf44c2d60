import { join } from 'node:path';
import { isMissing, makeRealFolder } from '@face-sets/files';
import {
  checkManifest,
  type ErasManifest,
  MANIFEST_NAMES,
  ManifestError,
  type RefineManifest,
  readManifest,
  writeManifest,
} from '@face-sets/manifests';

/** In an output of `export-swap`: how its facesets were split by age, a folder for each. */
export const ERAS_FOLDER = '_eras';

/** Where the manifests of a faceset's eras are. */
export function erasPaths(out: string, facesetId: string): { eras: string; refine: string } {
  const folder = join(out, ERAS_FOLDER, facesetId);
  return { eras: join(folder, MANIFEST_NAMES.eras), refine: join(folder, MANIFEST_NAMES.refine) };
}

/** How a faceset was split, and the faces of its eras; null where it was not. */
export async function readEras(
  out: string,
  facesetId: string,
): Promise<{ eras: ErasManifest; refine: RefineManifest } | null> {
  const paths = erasPaths(out, facesetId);
  if (await isMissing(paths.eras)) return null;
  const eras = await readManifest(paths.eras, 'eras');
  if (eras.faceset !== facesetId) {
    throw new ManifestError(`${paths.eras}: faceset: expected "${facesetId}", found "${eras.faceset}"`);
  }
  return { eras, refine: await readManifest(paths.refine, 'refine') };
}

/** Writes what {@link readEras} reads; files that are the same are left alone. */
export async function writeEras(out: string, eras: ErasManifest, refine: RefineManifest): Promise<void> {
  const paths = erasPaths(out, eras.faceset);
  await makeRealFolder(out, `${ERAS_FOLDER}/${eras.faceset}`);
  await writeManifest(paths.refine, 'refine', refine);
  // The order of the keys that a manifest has when it is read, so that one written again is the same text.
  await writeManifest(paths.eras, 'eras', checkManifest(eras, 'eras', paths.eras));
}
