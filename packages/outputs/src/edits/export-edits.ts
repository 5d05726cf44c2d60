import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isRealPath, nullIfMissing, UNFINISHED_FILE } from '@face-sets/files';
import { firstLine } from '@face-sets/fsz-export';
import { type FaceRef, MANIFEST_NAMES, readManifestIfThere } from '@face-sets/manifests';
import { FACES_FOLDER, locateFacesets } from '../folders/faceset-folders.js';
import { ownersFolderName } from '../folders/faceset-names.js';
import { readNameFile } from '../folders/name-file.js';

/** What the owner of an output of `export-swap` has changed by hand since it was written. */
export interface ExportEdits {
  /** Facesets that were given a name, by `NAME.txt` or by the name of the folder. */
  named: { id: string; name: string; faces: FaceRef[]; isNew: boolean }[];
  /** Faces whose crops were deleted. */
  dropped: { id: string; faces: FaceRef[]; of: number }[];
  /** Ids of facesets whose folders are gone. */
  emptied: string[];
  /** How many facesets the output had. */
  facesets: number;
}

/**
 * Reads what was changed by hand in an output of `export-swap`: names, crops that were deleted, and facesets that were. Eras and
 * facesets that were imported are left aside. Of an output whose last run did not come to its end nothing is said.
 *
 * @returns null where there is no output, or nothing can be said of it
 */
export async function readExportEdits(out: string): Promise<ExportEdits | null> {
  const manifest = await readManifestIfThere(join(out, MANIFEST_NAMES['export-swap']), 'export-swap');
  const unfinished = join(out, UNFINISHED_FILE);
  if (!manifest || (await nullIfMissing(unfinished, lstat(unfinished)))) return null;
  const entries = manifest.facesets.filter((entry) => !entry.added && entry.era_of === undefined);
  const located = await locateFacesets(out, new Set(entries.map(({ folder }) => folder)));
  const edits: ExportEdits = { named: [], dropped: [], emptied: [], facesets: entries.length };
  for (const entry of entries) {
    const faceset = located.get(entry.id);
    if (!faceset) {
      edits.emptied.push(entry.id);
      continue;
    }
    const { folder, id, manifest: own } = faceset;
    const written = await readNameFile(join(out, folder), own.label);
    const folderName = ownersFolderName(folder, id);
    const name = (written.state === 'owner' ? written.name : null) ?? (folderName && firstLine(folderName));
    if (name) edits.named.push({ id, name, faces: own.faces, isNew: name !== entry.name });
    const crops = join(out, folder, FACES_FOLDER);
    if (!(await isRealPath(out, `${folder}/${FACES_FOLDER}`))) continue;
    const present = new Set(await nullIfMissing(crops, readdir(crops)));
    const gone = own.faces.filter(({ file }) => !present.has(file.slice(FACES_FOLDER.length + 1)));
    if (gone.length > 0) edits.dropped.push({ id, faces: gone, of: own.faces.length });
  }
  return edits;
}
