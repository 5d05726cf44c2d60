import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isRealFile, makeRealFolder, OutputFolderError, tempBeside } from '@face-sets/files';
import { bundleStem, renamedFormatFiles } from '@face-sets/fsz-export';
import { checkManifest, MANIFEST_NAMES, type SwapFacesetManifest, writeManifest } from '@face-sets/manifests';
import {
  FACES_FOLDER,
  type LocatedFaceset,
  replaceFolder,
  requireFacesetPlace,
} from '../folders/faceset-folders.js';
import { treeEntry } from '../undo/file-tree.js';
import { linkOrCopy } from '../undo/link-or-copy.js';

/**
 * Calls a finished faceset by another name: its bundles and other files that begin with the name, and its manifest. The
 * crops stay as they are. It is what an export under that name would have made, to the byte.
 *
 * A folder with the new names is built beside the old one, of hard links where the file system has them, and takes its
 * place (see `replaceFolder`): when the program is killed, there is the old one or the new one.
 *
 * @param out The output folder.
 * @param name Who it is; null where nobody has said.
 * @returns The new manifest, or null where nothing had to be done, or could not be since the folder is not whole.
 */
export async function renameBundles(
  out: string,
  { folder, manifest, linked }: Pick<LocatedFaceset, 'folder' | 'manifest' | 'linked'>,
  name: string | null,
): Promise<SwapFacesetManifest | null> {
  const renames = renamedFiles(manifest, bundleStem(manifest, name));
  const same = [...renames].every(([from, to]) => from === to);
  if (linked || (same && (manifest.name ?? null) === name)) return null;
  const path = join(out, folder);
  try {
    await requireFacesetPlace(path);
  } catch (error) {
    if (!(error instanceof OutputFolderError)) throw error;
    // Its owner has given the folder a name beside which no other fits.
    return null;
  }
  const building = tempBeside(path);
  try {
    await mkdir(join(building, FACES_FOLDER), { recursive: true, mode: 0o700 });
    for (const [from, to] of renames) {
      if (!(await isRealFile(path, from))) return null;
      const entry = await treeEntry(join(path, from));
      if (entry?.type !== 'file') return null;
      await makeRealFolder(building, dirname(to));
      await linkOrCopy(join(path, from), join(building, to), entry);
    }
    const renamed = await renamedManifest(join(path, MANIFEST_NAMES['swap-faceset']), renames, name);
    await writeManifest(join(building, MANIFEST_NAMES['swap-faceset']), 'swap-faceset', renamed);
    await replaceFolder(building, path);
    return renamed;
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** Every file that a faceset's manifest lists, and what it is called after the person got another name. */
function renamedFiles(manifest: SwapFacesetManifest, stem: string): Map<string, string> {
  const files = renamedFormatFiles(manifest, stem);
  for (const { file } of manifest.faces) files.set(file, file);
  for (const file of manifest.markers ?? []) files.set(file, file);
  return files;
}

/** The manifest as it is on disk, whose fields have another order than one that was checked. */
async function renamedManifest(
  path: string,
  renames: ReadonlyMap<string, string>,
  name: string | null,
): Promise<SwapFacesetManifest> {
  const text: SwapFacesetManifest = JSON.parse(await readFile(path, 'utf8'));
  checkManifest(text, 'swap-faceset', path);
  const { schema_version, kind, id, label, era_of, years, name: _, ...rest } = text;
  const now = (file: string) => renames.get(file) ?? file;
  return {
    // In the order in which `buildFaceset` writes them.
    schema_version,
    kind,
    id,
    label,
    era_of,
    years,
    ...(name === null ? {} : { name }),
    ...rest,
    bundles: text.bundles.map((bundle) => ({ ...bundle, file: now(bundle.file) })),
    exports: text.exports.map((one) => ({ ...one, files: one.files.map(now) })),
  };
}
