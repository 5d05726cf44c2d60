import { lstat, mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  isRealPath,
  makeRealFolder,
  nullIfMissing,
  OutputFolderError,
  requireRealFolder,
  syncFolder,
  TEMP_PREFIX,
} from '@face-sets/files';
import { formatFolders } from '@face-sets/fsz-export';
import { MANIFEST_NAMES, readManifestIfThere, type SwapFacesetManifest } from '@face-sets/manifests';
import { NAME_FILE, readNameFile } from './name-file.js';
import { REPORT_FOLDER } from './report-folder.js';

/** Facesets of too few faces. */
export const THIN_FOLDER = '_thin';
/** Faces not assigned to anyone that may belong to someone. */
export const CANDIDATES_FOLDER = '_candidates';
/** The folder of a faceset's PNG files, in the faceset's folder. */
export const FACES_FOLDER = 'faces';
/** Facesets that `consolidate` joined to another. */
export const MERGED_FOLDER = '_merged';
/** Crops that `clean` took out of a faceset, in its {@link FACES_FOLDER}. */
export const DROPPED_FOLDER = '_dropped';
/** Start of the name of a faceset's folder while the new one takes its place. */
const OLD_PREFIX = `${TEMP_PREFIX}old-`;
/** File systems take no longer names. */
const MOST_NAME_BYTES = 255;
/** Start of the names of our files and folders that are not outputs. */
const OURS_PREFIX = '.face-sets-';
/** Folders of an output that are not facesets and not {@link THIN_FOLDER}. */
const NO_FACESETS: ReadonlySet<string> = new Set([
  THIN_FOLDER,
  CANDIDATES_FOLDER,
  MERGED_FOLDER,
  REPORT_FOLDER,
]);

/**
 * The manifest of a faceset's folder, or null where there is none, or a damaged one.
 *
 * @throws UnreadablePathError when it may not be read.
 */
export async function readFacesetManifest(folder: string): Promise<SwapFacesetManifest | null> {
  return readManifestIfThere(join(folder, MANIFEST_NAMES['swap-faceset']), 'swap-faceset');
}

/** A faceset where it is now. */
export interface LocatedFaceset {
  id: string;
  /** Below the output folder, with `/`: `faceset_001`, `_thin/faceset_001`, or what its owner made of the name. */
  folder: string;
  manifest: SwapFacesetManifest;
  /** The owner has put a symbolic link here: it is read through the link, but nothing is written or removed. */
  linked: boolean;
}

/**
 * Finds the facesets of an output by the ids in their own manifests: directly below the output folder and in `_thin/`,
 * whatever their folders are called by now. Where several folders have the id of one faceset (its owner has made a
 * copy), it is the one that `recorded` names, or that is called by the id, or the first by name.
 *
 * @param recorded Folders that the output's manifest names.
 * @throws OutputFolderError when a folder's name is not text, so that no manifest can hold it.
 */
export async function locateFacesets(
  out: string,
  recorded: ReadonlySet<string> = new Set(),
): Promise<Map<string, LocatedFaceset>> {
  const found = new Map<string, LocatedFaceset>();
  const preference = ({ id, folder }: LocatedFaceset) =>
    recorded.has(folder) ? 2 : basename(folder) === id ? 1 : 0;
  for (const parent of ['', THIN_FOLDER]) {
    // What is behind a link there is not of this output.
    if (parent !== '' && !(await isRealPath(out, parent))) continue;
    for (const entry of (await namesIn(join(out, parent))).sort()) {
      if (entry.startsWith(OURS_PREFIX) || NO_FACESETS.has(entry)) continue;
      const path = join(out, parent, entry);
      const info = await nullIfMissing(path, lstat(path));
      if (info === null && entry.includes('\ufffd')) {
        throw new OutputFolderError(
          `the name of the folder ${path} is not UTF-8, so no manifest can list it: rename the folder`,
        );
      }
      const linked = info?.isSymbolicLink() ?? false;
      if (!info?.isDirectory() && !(linked && (await nullIfMissing(path, stat(path)))?.isDirectory()))
        continue;
      const manifest = await readFacesetManifest(path);
      if (!manifest || manifest.status === 'candidates') continue;
      const folder = parent ? `${parent}/${entry}` : entry;
      const faceset = { id: manifest.id, folder, manifest, linked };
      const other = found.get(manifest.id);
      if (!other || preference(faceset) > preference(other)) found.set(manifest.id, faceset);
    }
  }
  return found;
}

/** Whether everything that a faceset's manifest lists is there, in the size that it says. */
export async function facesetIsWhole(folder: string, manifest: SwapFacesetManifest): Promise<boolean> {
  for (const { file, bytes } of manifest.bundles) {
    const path = join(folder, file);
    const info = await nullIfMissing(path, lstat(path));
    if (!info?.isFile() || info.size !== bytes) return false;
  }
  for (const { files } of manifest.exports) {
    for (const file of files) {
      const path = join(folder, file);
      if (!(await nullIfMissing(path, lstat(path)))?.isFile()) return false;
    }
  }
  const faces = new Set(await namesIn(join(folder, FACES_FOLDER)));
  return manifest.faces.every(({ file }) => faces.has(basename(file)));
}

/**
 * Puts a finished faceset in its place. There is no moment at which a killed program leaves half of one: the
 * old folder steps aside, the new one is renamed, and what others have put into the old one moves over.
 * {@link recoverFolders} ends what was interrupted.
 *
 * @param built The finished folder, on the same file system.
 * @throws OutputFolderError when something else than a folder is in the place: see {@link requireFacesetPlace}.
 */
export async function replaceFolder(built: string, target: string): Promise<void> {
  await requireFacesetPlace(target);
  const parent = dirname(target);
  if (NO_FACESETS.has(basename(parent))) await makeRealFolder(dirname(parent), basename(parent));
  else await mkdir(parent, { recursive: true, mode: 0o700 });
  const old = join(dirname(target), `${OLD_PREFIX}${basename(target)}`);
  if (await exists(target)) await rename(target, old);
  await rename(built, target);
  await syncFolder(dirname(target));
  if (await exists(old)) await mergeOld(old, target);
}

/**
 * Makes sure that a faceset can be put there: what is behind a symbolic link is not ours to replace or remove, and the
 * link says that its owner wants the faceset elsewhere.
 *
 * @throws OutputFolderError when the place, or the folder that it is in, is a symbolic link or a file.
 */
export async function requireFacesetPlace(target: string): Promise<void> {
  if (Buffer.byteLength(OLD_PREFIX + basename(target)) > MOST_NAME_BYTES) {
    throw new OutputFolderError(
      `the name of the folder ${target} is too long to rebuild the faceset there: rename it to at most ${MOST_NAME_BYTES - OLD_PREFIX.length} bytes`,
    );
  }
  const inGroup = NO_FACESETS.has(basename(dirname(target)));
  for (const path of inGroup ? [dirname(target), target] : [target]) await requireRealFolder(path);
}

/** Ends what a killed run left behind: half-built folders go, and a folder that stepped aside comes back. */
export async function recoverFolders(root: string): Promise<void> {
  for (const parent of [root, join(root, THIN_FOLDER), join(root, CANDIDATES_FOLDER)]) {
    if (parent !== root && !(await isRealPath(root, basename(parent)))) continue;
    for (const entry of await namesIn(parent)) {
      if (!entry.startsWith(TEMP_PREFIX)) continue;
      const path = join(parent, entry);
      if (entry.startsWith(OLD_PREFIX)) {
        const name = entry.slice(OLD_PREFIX.length);
        // No folder of ours has such a name: it would lead out of the output.
        if (name === '' || name === '.' || name === '..') continue;
        const target = join(parent, name);
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
  // A link that stepped aside (earlier versions did that) or a file: whatever it is, it is not ours.
  if (!(await lstat(old)).isDirectory()) {
    await rename(old, await freeBeside(target));
    return;
  }
  const manifest = await readFacesetManifest(old);
  for (const file of manifest?.rejected.flatMap(({ dropped }) => dropped ?? []) ?? []) {
    if (await exists(join(target, file))) await removeInside(old, file);
  }
  if (manifest) await settleName(old, target, manifest.label);
  await removeOurs(old);
  await moveInto(old, target);
}

/**
 * Leaves of two `NAME.txt` the right one: the file of the owner itself where the new faceset has the same text, since the
 * file may be a link and has a time and a mode. The text of another person has gone to that person's faceset by now.
 */
async function settleName(old: string, target: string, label: string | undefined): Promise<void> {
  const before = await readNameFile(old, label);
  const now = await readNameFile(target);
  if (before.state === 'foreign' || before.state === 'none' || now.state === 'none') return;
  if (before.bytes && now.bytes && Buffer.compare(before.bytes, now.bytes) === 0) {
    await rename(join(old, NAME_FILE), join(target, NAME_FILE));
  } else await rm(join(old, NAME_FILE), { force: true });
}

async function moveInto(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from)) {
    const source = join(from, entry);
    const target = join(to, entry);
    if (!(await exists(target))) await rename(source, target);
    else if ((await lstat(source)).isDirectory() && (await lstat(target)).isDirectory()) {
      await moveInto(source, target);
    } else await rename(source, await freeBeside(target, source));
  }
  await rmdir(from);
}

/**
 * A name beside one that is taken: `notes.txt.old`, `notes.txt.old2`, …
 *
 * @param others A path beside which the name is not to be taken either.
 */
async function freeBeside(path: string, others = path): Promise<string> {
  for (let n = 1; ; n++) {
    const ending = `.old${n === 1 ? '' : n}`;
    if (!(await exists(path + ending)) && !(await exists(others + ending))) return path + ending;
  }
}

/**
 * Removes a faceset of an earlier run: what its manifest lists, and its name. Foreign files stay, with the folder; and
 * all that is behind a symbolic link.
 *
 * @returns Whether there was one to remove.
 */
export async function removeFaceset(folder: string): Promise<boolean> {
  const info = await nullIfMissing(folder, lstat(folder));
  if (!info?.isDirectory()) return false;
  const manifest = await readFacesetManifest(folder);
  const dropped = manifest?.rejected.flatMap(({ dropped }) => dropped ?? []) ?? [];
  for (const file of dropped) await removeInside(folder, file);
  await rmdir(join(folder, FACES_FOLDER, DROPPED_FOLDER)).catch(() => {});
  const { state } = await readNameFile(folder, manifest?.label);
  const ours = await removeOurs(folder);
  if (ours && state !== 'foreign') await rm(join(folder, NAME_FILE), { force: true });
  await rmdir(folder).catch(() => {});
  return ours;
}

/** Removes a file below the folder, unless a symbolic link leads to it. */
async function removeInside(folder: string, file: string): Promise<void> {
  const parent = dirname(file);
  if (parent === '.' || (await isRealPath(folder, parent))) await rm(join(folder, file), { force: true });
}

/**
 * Removes what the folder's manifest lists, without the crops that were put aside, and the manifest; false where there is
 * none that can be read.
 */
async function removeOurs(folder: string): Promise<boolean> {
  const manifest = await readFacesetManifest(folder);
  if (!manifest) return false;
  const files = [
    ...manifest.faces.map((face) => face.file),
    ...manifest.bundles.map((bundle) => bundle.file),
    ...manifest.exports.flatMap(({ files }) => files),
    ...(manifest.markers ?? []),
  ];
  for (const file of files) await removeInside(folder, file);
  for (const name of [FACES_FOLDER, ...formatFolders()]) await rmdir(join(folder, name)).catch(() => {});
  await rm(join(folder, MANIFEST_NAMES['swap-faceset']), { force: true });
  return true;
}

async function exists(path: string): Promise<boolean> {
  return (await nullIfMissing(path, lstat(path))) !== null;
}

/** Names in a folder; none where there is no folder. */
async function namesIn(folder: string): Promise<string[]> {
  return (await nullIfMissing(folder, readdir(folder))) ?? [];
}
