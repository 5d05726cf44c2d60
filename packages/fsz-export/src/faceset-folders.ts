import { lstat, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder, TEMP_PREFIX } from './atomic-file.js';
import { NAME_FILE } from './faceset-names.js';
import { MANIFEST_NAMES, readManifest } from './manifest-file.js';
import type { SwapFacesetManifest } from './swap-manifest.js';
import { FORMAT_FOLDERS } from './write-faceset-formats.js';

/** Facesets of too few faces. */
export const THIN_FOLDER = '_thin';
/** Faces that may belong to someone after all. */
export const CANDIDATES_FOLDER = '_candidates';
/** The folder of a faceset's PNG files, in the faceset's folder. */
export const FACES_FOLDER = 'faces';
/** Start of the name of a faceset's folder while the new one takes its place. */
const OLD_PREFIX = `${TEMP_PREFIX}old-`;

/** The manifest of a faceset's folder, or null where there is none that can be read. */
export async function readFacesetManifest(folder: string): Promise<SwapFacesetManifest | null> {
  return readManifest(join(folder, MANIFEST_NAMES['swap-faceset']), 'swap-faceset').catch(() => null);
}

/** Whether everything that a faceset's manifest lists is there, in the size that it says. */
export async function facesetIsWhole(folder: string, manifest: SwapFacesetManifest): Promise<boolean> {
  for (const { file, bytes } of manifest.bundles) {
    const info = await lstat(join(folder, file)).catch(() => null);
    if (!info?.isFile() || info.size !== bytes) return false;
  }
  for (const { files } of manifest.exports) {
    for (const file of files) {
      if (!(await lstat(join(folder, file)).catch(() => null))?.isFile()) return false;
    }
  }
  const faces = new Set(await readdir(join(folder, FACES_FOLDER)).catch(() => []));
  return manifest.faces.every(({ file }) => faces.has(basename(file)));
}

/**
 * Puts a finished faceset in its place. There is no moment at which a killed program leaves half of one: the
 * old folder steps aside, the new one is renamed, and what others have put into the old one moves over.
 * {@link recoverFolders} ends what was interrupted.
 *
 * @param built The finished folder, on the same file system.
 */
export async function replaceFolder(built: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const old = join(dirname(target), `${OLD_PREFIX}${basename(target)}`);
  if (await exists(target)) await rename(target, old);
  await rename(built, target);
  await syncFolder(dirname(target));
  if (await exists(old)) await mergeOld(old, target);
}

/** Ends what a killed run left behind: half-built folders go, and a folder that stepped aside comes back. */
export async function recoverFolders(root: string): Promise<void> {
  for (const parent of [root, join(root, THIN_FOLDER), join(root, CANDIDATES_FOLDER)]) {
    for (const entry of await readdir(parent).catch(() => [])) {
      if (!entry.startsWith(TEMP_PREFIX)) continue;
      const path = join(parent, entry);
      if (entry.startsWith(OLD_PREFIX)) {
        const target = join(parent, entry.slice(OLD_PREFIX.length));
        if (await exists(target)) await mergeOld(path, target);
        else await rename(path, target);
      } else {
        await rm(path, { recursive: true, force: true });
      }
    }
  }
}

/** Moves what is not ours from the old folder of a faceset into the new one, and removes the rest of it. */
async function mergeOld(old: string, target: string): Promise<void> {
  if (await removeOurs(old)) await rm(join(old, NAME_FILE), { force: true });
  await moveInto(old, target);
}

async function moveInto(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from)) {
    const source = join(from, entry);
    const target = join(to, entry);
    if (!(await exists(target))) await rename(source, target);
    else if ((await lstat(source)).isDirectory()) await moveInto(source, target);
    else await rename(source, join(to, `${entry}.old`));
  }
  await rmdir(from);
}

/** Removes a faceset of an earlier run: what its manifest lists, and its name. Foreign files stay, with the folder. */
export async function removeFaceset(folder: string): Promise<void> {
  const info = await lstat(folder).catch(() => null);
  if (!info?.isDirectory()) return;
  if (await removeOurs(folder)) await rm(join(folder, NAME_FILE), { force: true });
  await rmdir(folder).catch(() => {});
}

/** Removes what the folder's manifest lists and the manifest; false where there is none that can be read. */
async function removeOurs(folder: string): Promise<boolean> {
  const manifest = await readFacesetManifest(folder);
  if (!manifest) return false;
  const files = [
    ...manifest.faces.map((face) => face.file),
    ...manifest.bundles.map((bundle) => bundle.file),
    ...manifest.exports.flatMap(({ files }) => files),
  ];
  for (const file of files) await rm(join(folder, file), { force: true });
  for (const name of [FACES_FOLDER, ...FORMAT_FOLDERS]) await rmdir(join(folder, name)).catch(() => {});
  await rm(join(folder, MANIFEST_NAMES['swap-faceset']), { force: true });
  return true;
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}
