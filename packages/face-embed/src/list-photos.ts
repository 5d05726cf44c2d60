import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import picomatch from 'picomatch';

/** File name extensions taken for photos, lower case without the dot; matched in any case. */
export const PHOTO_EXTENSIONS: readonly string[] = [
  'jpg',
  'jpeg',
  'png',
  'webp',
  'gif',
  'bmp',
  'tif',
  'tiff',
  'avif',
  'heic',
  'heif',
];

/** A photo file that was found; nothing of its content has been read. */
export interface ListedPhoto {
  /** Absolute path. */
  path: string;
  /** Bytes. */
  size: number;
  /** Time of the last change, milliseconds since 1970-01-01 UTC, truncated to a whole number. */
  mtime: number;
}

/** Something in the tree that could not be listed. */
export interface ListProblem {
  /** Absolute path. */
  path: string;
  /** One line. */
  message: string;
}

export interface ListPhotosOptions {
  /** Glob patterns (`**`, `*`, `{a,b}`) matched against the path relative to its source; matches are left out. */
  exclude?: readonly string[];
  /** Called for each folder or file that could not be read; the listing goes on. */
  onProblem?: (problem: ListProblem) => void;
}

/** A source that does not exist or is neither a folder nor a photo. */
export class SourceError extends Error {
  override name = 'SourceError';
}

/**
 * Finds the photos below each source, in a stable order: sources as given, folders depth first, names sorted by
 * UTF-16 code unit. Symbolic links are followed; a folder that was entered before (by device and inode) is not
 * entered again, so loops end. A source may also be a single photo.
 *
 * Streams: memory holds the names of the folders on the current path only.
 *
 * @throws {SourceError} when a source is missing or is not a folder or photo; checked before anything is yielded.
 */
export async function* listPhotos(
  sources: readonly string[],
  options: ListPhotosOptions = {},
): AsyncGenerator<ListedPhoto> {
  const excluded = options.exclude?.length
    ? picomatch([...options.exclude], { dot: true, nocase: false })
    : () => false;
  const roots: { path: string; stats: Stats }[] = [];
  for (const source of sources) {
    const path = resolve(source);
    const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw new SourceError(
        error.code === 'ENOENT'
          ? `source not found: ${path} (expected a folder of photos)`
          : `source ${path} cannot be read: ${error.code ?? error.message}`,
      );
    });
    if (!stats.isDirectory() && !(stats.isFile() && isPhotoName(path))) {
      throw new SourceError(
        `source ${path} is neither a folder nor a photo (${PHOTO_EXTENSIONS.join(', ')} are photos)`,
      );
    }
    roots.push({ path, stats });
  }
  const entered = new Set<string>();
  for (const { path, stats } of roots) {
    if (stats.isDirectory()) yield* listFolder(path, stats, { root: path, excluded, entered, options });
    else yield { path, size: stats.size, mtime: Math.trunc(stats.mtimeMs) };
  }
}

/** Whether the name ends in one of {@link PHOTO_EXTENSIONS}, in any case. */
export function isPhotoName(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot >= 0 && PHOTO_EXTENSIONS.includes(name.slice(dot + 1).toLowerCase());
}

interface Walk {
  root: string;
  excluded: (path: string) => boolean;
  entered: Set<string>;
  options: ListPhotosOptions;
}

async function* listFolder(folder: string, stats: Stats, walk: Walk): AsyncGenerator<ListedPhoto> {
  const key = `${stats.dev}:${stats.ino}`;
  // Windows file systems may report inode 0 for everything; without links there are no loops to guard against.
  if (stats.ino !== 0) {
    if (walk.entered.has(key)) return;
    walk.entered.add(key);
  }
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    walk.options.onProblem?.({ path: folder, message: `folder cannot be read: ${codeOf(error)}` });
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const mayBePhoto = isPhotoName(entry.name);
    const mayBeFolder = entry.isDirectory() || entry.isSymbolicLink();
    if (!mayBePhoto && !mayBeFolder) continue;
    if (walk.excluded(relative(walk.root, path).split(sep).join('/'))) continue;
    let entryStats: Stats;
    try {
      entryStats = await stat(path);
    } catch (error) {
      if (mayBePhoto) {
        const dangling = entry.isSymbolicLink() && codeOf(error) === 'ENOENT';
        walk.options.onProblem?.({
          path,
          message: dangling ? 'link to a missing file' : `file cannot be read: ${codeOf(error)}`,
        });
      }
      continue;
    }
    if (entryStats.isDirectory()) yield* listFolder(path, entryStats, walk);
    else if (mayBePhoto && entryStats.isFile()) {
      yield { path, size: entryStats.size, mtime: Math.trunc(entryStats.mtimeMs) };
    }
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}
