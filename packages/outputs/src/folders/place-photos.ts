import { lstat, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CacheImage } from '@face-sets/cache-npz';
import { forEachLimit, makeRealFolder, nullIfMissing } from '@face-sets/files';
import type { FileErrorEntry } from '@face-sets/manifests';
import { type LinkMode, materialize } from './materialize.js';
import { type OutputFolder, removeEmptyFolder } from './output-folder.js';
import { safeDstName } from './safe-dst-name.js';

/** Files are small work for the processor and long waits for the disk. */
const FILES_AT_ONCE = 8;

/** How far a step has come. */
export interface Progress {
  done: number;
  total: number;
}

/** What {@link placePhotos} did. */
export interface PlacedPhotos {
  /** Files that are there now, relative with `/`. */
  files: Set<string>;
  created: number;
  unchanged: number;
  /** In order of the file names. */
  errors: FileErrorEntry[];
}

/** The photos to be placed: by relative file name, the original's path and its content's record. */
export type Placements = Map<string, { source: string; image: CacheImage }>;

/** Adds a photo and its aliases to a folder of the plan, and returns their names relative to the root. */
export function planPhoto(placements: Placements, folder: string, image: CacheImage): string[] {
  return [image.path, ...image.pathAliases].map((source) => {
    const file = `${folder}/${safeDstName(source)}`;
    placements.set(file, { source, image });
    return file;
  });
}

/**
 * Brings every planned photo to its place. A photo that fails is recorded; where an earlier run had placed
 * it, that file stays and counts as there, so an unplugged drive does not empty the output.
 *
 * @throws the reason of the signal; the new files and folders are gone then
 */
export async function placePhotos(
  folder: OutputFolder,
  placements: Placements,
  options: { link?: LinkMode; onProgress?: (progress: Progress) => void; signal?: AbortSignal } = {},
): Promise<PlacedPhotos> {
  const result: PlacedPhotos = { files: new Set(), created: 0, unchanged: 0, errors: [] };
  const plan = [...placements];
  const made = { files: [] as string[], folders: [] as string[] };
  for (const name of new Set(plan.map(([file]) => dirname(file)))) {
    const path = join(folder.root, name);
    if (!(await nullIfMissing(path, lstat(path)))) made.folders.push(path);
    await makeRealFolder(folder.root, name);
  }
  let done = 0;
  const place = async ([file, { source, image }]: (typeof plan)[number]) => {
    options.signal?.throwIfAborted();
    const dst = join(folder.root, file);
    const ours = folder.owned.has(file);
    const outcome = await materialize(source, dst, {
      mode: options.link,
      expected: source === image.path ? image : { sha256: image.sha256, size: image.size },
      replace: ours,
    });
    if (outcome.status === 'failed') {
      result.errors.push({ source, file, reason: outcome.reason, message: outcome.message });
      if (ours && (await nullIfMissing(dst, lstat(dst)))) result.files.add(file);
    } else {
      result[outcome.status]++;
      result.files.add(file);
      if (outcome.status === 'created' && !ours) made.files.push(dst);
    }
    options.onProgress?.({ done: ++done, total: plan.length });
  };
  try {
    await forEachLimit(plan, FILES_AT_ONCE, place);
    options.signal?.throwIfAborted();
  } catch (error) {
    if (options.signal?.aborted) await removeMade(made);
    throw error;
  }
  result.errors.sort((a, b) => (a.file < b.file ? -1 : 1));
  return result;
}

async function removeMade({ files, folders }: { files: readonly string[]; folders: readonly string[] }) {
  for (const path of files) await rm(path, { force: true });
  for (const path of folders) await removeEmptyFolder(path);
}
