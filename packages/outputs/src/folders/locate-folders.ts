import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { nullIfMissing, OutputFolderError } from '@face-sets/files';
import { relativePath } from '@face-sets/manifests';
import { REPORT_FOLDER } from './report-folder.js';

/** Faces that match no other face, in the output of `cluster`. */
export const SINGLETONS_FOLDER = '_singletons';
/** Photos without a face, in the output of `cluster`. */
export const NOFACE_FOLDER = '_noface';
/** Folders that are nobody's. */
const NOBODYS: ReadonlySet<string> = new Set([SINGLETONS_FOLDER, NOFACE_FOLDER, REPORT_FOLDER]);

/** A folder of an output as its manifest has it. */
export interface RecordedFolder {
  /** Relative to the output. */
  folder: string;
  /** What was placed into it, relative to the output. */
  files: readonly string[];
}

/**
 * Where the folders of an output are now: its owner may have renamed or moved them, below the output. A folder stays
 * where the manifest has it as long as any of its files is there; else it is wherever most of its files are, not
 * counting those that belong there anyway; else, as nothing is left of it, where the manifest has it.
 *
 * @returns The folder of each one, relative with `/`. Several may share one, where the owner has put them together.
 * @throws OutputFolderError when the owner has given a folder a name that a manifest cannot hold on all systems.
 */
export async function locateFolders(root: string, recorded: readonly RecordedFolder[]): Promise<string[]> {
  const located = recorded.map(({ folder }) => folder);
  const names = recorded.map(({ files }) => new Set(files.map((file) => basename(file))));
  const home = new Map<string, Set<string>>();
  const lost: number[] = [];
  for (const [at, { folder, files }] of recorded.entries()) {
    const path = join(root, folder);
    const present = home.get(folder) ?? new Set(await nullIfMissing(path, readdir(path)));
    home.set(folder, present);
    if (files.length > 0 && ![...names[at]].some((name) => present.has(name))) lost.push(at);
  }
  if (lost.length === 0) return located;

  const folders = await foldersBelow(root);
  const stillLost = new Set(lost);
  for (const [at, { folder }] of recorded.entries()) {
    if (!stillLost.has(at)) for (const name of names[at]) folders.get(folder)?.delete(name);
  }
  while (stillLost.size > 0) {
    let best = { at: -1, folder: '', files: 0 };
    for (const at of stillLost) {
      for (const [folder, present] of folders) {
        let files = 0;
        for (const name of names[at]) if (present.has(name)) files++;
        if (files > best.files) best = { at, folder, files };
      }
    }
    if (best.at < 0) break;
    if (!relativePath.safeParse(best.folder).success) {
      throw new OutputFolderError(
        `the folder ${join(root, best.folder)} holds the photos of ${recorded[best.at].folder}, but its name is not valid on other systems: rename it without : and \\`,
      );
    }
    located[best.at] = best.folder;
    stillLost.delete(best.at);
    for (const name of names[best.at]) folders.get(best.folder)?.delete(name);
  }
  return located;
}

/** The files in each folder below, without those behind symbolic links, hidden ones and those that are nobody's. */
async function foldersBelow(root: string): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const files = new Set<string>();
    const path = join(root, folder);
    for (const entry of (await nullIfMissing(path, readdir(path, { withFileTypes: true }))) ?? []) {
      if (!entry.isDirectory()) files.add(entry.name);
      else if (!entry.name.startsWith('.') && !NOBODYS.has(entry.name)) {
        waiting.push(folder ? `${folder}/${entry.name}` : entry.name);
      }
    }
    if (folder !== '') found.set(folder, files);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
