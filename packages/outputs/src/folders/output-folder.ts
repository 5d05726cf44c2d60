import { lstat, mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  errorCode,
  errorText,
  isRealPath,
  nullIfMissing,
  OutputFolderError,
  readFileIfThere,
  TEMP_PREFIX,
  UNFINISHED_FILE,
  writeFileAtomic,
} from '@face-sets/files';
import { MANIFEST_NAMES, ManifestError, type ManifestKind, relativePath } from '@face-sets/manifests';
import { isReportEntry } from './report-folder.js';
import { UNDO_FOLDER } from './undo-folder.js';

/** Files that systems put into folders by themselves: an "empty" folder may hold them. */
export const SYSTEM_FILES: ReadonlySet<string> = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);

/** An output folder that is new, empty or of an earlier run of the same step. */
export interface OutputFolder {
  readonly root: string;
  readonly kind: ManifestKind;
  /** Files of earlier runs, relative with `/`: these may be replaced and removed, no others. */
  readonly owned: ReadonlySet<string>;
  /** The uppermost folder that was made for it; undefined where it was there. */
  readonly made?: string;
  /** Whether an earlier run had not come to its end. */
  readonly unfinished: boolean;
}

/**
 * Takes a folder for the output of one step; creates it (0700) where there is none.
 *
 * @param filesOf The files that a manifest of this kind lists.
 * @throws OutputFolderError when the folder holds files but no manifest of this kind, or is not a folder.
 */
export async function claimOutputFolder(
  root: string,
  kind: ManifestKind,
  filesOf: (manifestPath: string) => Promise<Iterable<string>>,
): Promise<OutputFolder> {
  const name = MANIFEST_NAMES[kind];
  let entries: string[];
  let made: string | undefined;
  try {
    made = await mkdir(root, { recursive: true, mode: 0o700 });
    entries = await readdir(root);
  } catch (error) {
    if (errorCode(error) === 'EEXIST' || errorCode(error) === 'ENOTDIR') {
      throw new OutputFolderError(`the output ${root} is a file, expected a folder: choose another`);
    }
    throw new OutputFolderError(`cannot use the output folder ${root}: ${errorText(error)}`);
  }
  const owned = new Set<string>();
  const present = entries.filter(
    (entry) => !SYSTEM_FILES.has(entry) && !isReportEntry(entry) && entry !== UNDO_FOLDER,
  );
  if (present.length === 0) return { root, kind, owned, made, unfinished: false };
  const partial = present.includes(UNFINISHED_FILE) ? await readPartial(root, kind) : null;
  for (const file of partial ?? []) owned.add(file);
  if (present.includes(name)) {
    try {
      for (const file of await filesOf(join(root, name))) owned.add(file);
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      throw new OutputFolderError(
        `the output folder ${root} holds a ${name} that cannot be updated: ${error.message}; choose an empty folder`,
      );
    }
  } else if (partial === null) {
    throw new OutputFolderError(
      `the output folder ${root} is not empty and holds no ${name} of an earlier run (found ${present[0]}); choose an empty folder`,
    );
  }
  return { root, kind, owned, unfinished: partial !== null };
}

/** Lists the files that this run may write, so that a run after a crash knows that they are ours. */
export async function writeInProgressList(folder: OutputFolder, wanted: Iterable<string>): Promise<void> {
  const files = [...new Set([...folder.owned, ...wanted])];
  await writeFileAtomic(join(folder.root, UNFINISHED_FILE), JSON.stringify({ kind: folder.kind, files }));
}

async function readPartial(root: string, kind: ManifestKind): Promise<string[] | null> {
  const bytes = await readFileIfThere(join(root, UNFINISHED_FILE), { follow: false });
  if (bytes === null) return null;
  try {
    const value = JSON.parse(bytes.toString('utf8'));
    if (value.kind !== kind || !Array.isArray(value.files)) return null;
    return value.files.filter((file: unknown) => relativePath.safeParse(file).success);
  } catch {
    return null;
  }
}

/** Removes the list of {@link writeInProgressList}, once the manifest is written. */
export async function removeInProgressList(folder: OutputFolder): Promise<void> {
  await rm(join(folder.root, UNFINISHED_FILE), { force: true });
}

/** Whether a folder holds nothing yet but what systems put there and the list of {@link writeInProgressList}. */
export async function holdsNothing({ root }: OutputFolder): Promise<boolean> {
  const names = (await nullIfMissing(root, readdir(root))) ?? [];
  return names.every((name) => name === UNFINISHED_FILE || SYSTEM_FILES.has(name));
}

/** Leaves a folder, in which nothing new is any more, as it was when it was claimed. */
export async function releaseOutputFolder(folder: OutputFolder): Promise<void> {
  if (!folder.unfinished) await removeInProgressList(folder);
  if (folder.made === undefined) return;
  const first = resolve(folder.made);
  for (let at = resolve(folder.root); at.startsWith(first); at = dirname(at)) await removeEmptyFolder(at);
}

/**
 * Removes files of earlier runs that are no longer wanted, what killed runs left, and the folders that are
 * empty then. Foreign files stay, and so does everything behind a symbolic link.
 *
 * @returns How many files were removed.
 */
export async function removeStale(folder: OutputFolder, wanted: ReadonlySet<string>): Promise<number> {
  let removed = 0;
  const folders = new Set<string>();
  for (const file of [...folder.owned, ...wanted]) {
    for (let at = dirname(file); at !== '.'; at = dirname(at)) folders.add(at);
  }
  const real = new Set<string>();
  for (const name of folders) if (await isRealPath(folder.root, name)) real.add(name);
  for (const file of folder.owned) {
    if (wanted.has(file)) continue;
    const parent = dirname(file);
    if (parent !== '.' && !real.has(parent)) continue;
    if (await removeFile(join(folder.root, file))) removed++;
  }
  // Deepest first, so that a folder of folders is empty when its turn comes.
  for (const name of [...real].sort((a, b) => b.length - a.length)) {
    const path = join(folder.root, name);
    for (const entry of await readdir(path)) {
      if (entry.startsWith(TEMP_PREFIX)) await rm(join(path, entry), { force: true });
    }
    await removeEmptyFolder(path);
  }
  return removed;
}

async function removeFile(path: string): Promise<boolean> {
  const info = await nullIfMissing(path, lstat(path));
  if (!info || info.isDirectory()) return false;
  await rm(path, { force: true });
  return true;
}

/** Removes a folder if nothing is in it. */
export async function removeEmptyFolder(path: string): Promise<void> {
  await rmdir(path).catch(() => {});
}
