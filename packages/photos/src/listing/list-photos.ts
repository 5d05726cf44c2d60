import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { errorCode, errorText, pathFromBytes, pathToFs } from '@face-sets/files';
import picomatch from 'picomatch';
import { RAW_EXTENSIONS } from '../decoding/raw-preview.js';
import { isOwnOutput } from './is-own-output.js';
import { passedOverExtension } from './other-media.js';
import { inShard, type Shard } from './shard.js';
import { type SideFileKind, sideFileKind } from './side-files.js';
import { withoutCompanions } from './without-companions.js';

/** File name extensions taken for photos, lower case without the dot; matched in any case. */
export const PHOTO_EXTENSIONS: readonly string[] = [
  'jpg',
  'jpeg',
  'jpe',
  'jif',
  'jfif',
  'mpo',
  'png',
  'webp',
  'gif',
  'bmp',
  'tif',
  'tiff',
  'avif',
  'heic',
  'heif',
  'hif',
  ...RAW_EXTENSIONS,
];

/** Files whose size and time are asked for at a time: a slow disk or network answers several at once. */
const STATS_AHEAD = 32;

/** A photo file that was found; nothing of its content has been read. */
export interface ListedPhoto {
  /** Absolute path; bytes that are not UTF-8 as `pathFromBytes` keeps them. */
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
  /** List only this share of the photos; see `inShard`. Default: all of them. */
  shard?: Shard;
  /**
   * Include side files: thumbnails, trash, snapshots, and names that begin with a dot; see `sideFileKind`. A
   * source that is such a folder is always taken. Default: no.
   */
  includeHidden?: boolean;
  /** Called for each folder and each photo file that is left out as a side file. */
  onSideFile?: (left: { path: string; kind: SideFileKind; isFolder: boolean }) => void;
  /**
   * Called for each file that is passed over though it is a raw file without a preview that can be read, a video or a
   * picture in another format.
   */
  onPassedOver?: (passed: { path: string; extension: string }) => void;
  /** Called for each raw file that is left out since the same shot lies beside it; see `withoutCompanions`. */
  onCompanion?: (path: string) => void;
  /** Called for each folder or file that could not be read; the listing goes on. */
  onProblem?: (problem: ListProblem) => void;
  /** Called for each folder that is left out since it is an output of face-sets; see `isOwnOutput`. */
  onOwnOutput?: (folder: string) => void;
}

/** A source that does not exist or is neither a folder nor a photo. */
export class SourceError extends Error {
  override name = 'SourceError';
}

/**
 * Makes sure that each source is a folder or a photo, without looking into it.
 *
 * @returns the absolute path and the stats of each
 * @throws {SourceError} for the first that is missing, cannot be read, or is neither
 */
export async function requireSources(sources: readonly string[]): Promise<{ path: string; stats: Stats }[]> {
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
  return roots;
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
  const roots = await requireSources(sources);
  const entered = new Set<string>();
  for (const { path, stats } of roots) {
    if (stats.isDirectory()) yield* listFolder(path, stats, { root: path, excluded, entered, options });
    else if (!options.shard || inShard(basename(path), options.shard)) {
      yield { path, size: stats.size, mtime: Math.trunc(stats.mtimeMs) };
    }
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
  let entries: Entry[];
  try {
    entries = await readEntries(folder);
  } catch (error) {
    walk.options.onProblem?.({ path: folder, message: `folder cannot be read: ${codeOf(error)}` });
    return;
  }
  const names = entries.map(({ name }) => name);
  const isOutput = await isOwnOutput(folder, names).catch((error: unknown) => {
    const message = `cannot tell whether this is an output of face-sets, so its photos are included: ${errorText(error)}`;
    walk.options.onProblem?.({ path: folder, message });
    return false;
  });
  if (isOutput) {
    walk.options.onOwnOutput?.(folder);
    return;
  }
  const possible = entries.filter((entry) => isWanted(entry, basename(folder), walk));
  const files = possible.filter(({ mayBePhoto, mayBeFolder }) => mayBePhoto && !mayBeFolder);
  const companions = new Set(withoutCompanions(files.map(({ name }) => name)).companions);
  const wanted = possible.filter(({ name }) => !companions.has(name));
  for (const name of companions) {
    const path = join(folder, name);
    if (isListed(path, walk)) walk.options.onCompanion?.(path);
  }
  for (let from = 0; from < wanted.length; from += STATS_AHEAD) {
    const batch = wanted.slice(from, from + STATS_AHEAD);
    const stats = await Promise.all(batch.map(({ path }) => stat(pathToFs(path)).catch(codeOf)));
    for (const [i, entry] of batch.entries()) {
      const found = stats[i]!;
      const { path } = entry;
      const listed = entry.mayBePhoto && isListed(path, walk);
      if (typeof found === 'string') {
        if (!listed) continue;
        const dangling = entry.isLink && found === 'ENOENT';
        const message = dangling ? 'link to a missing file' : `file cannot be read: ${found}`;
        walk.options.onProblem?.({ path, message });
      } else if (found.isDirectory()) yield* listFolder(path, found, walk);
      else if (listed && found.isFile()) {
        yield { path, size: found.size, mtime: Math.trunc(found.mtimeMs) };
      }
    }
  }
}

/** Whether an entry is a photo or may lead to some; says why where others may be missed. */
function isWanted({ name, path, mayBePhoto, mayBeFolder }: Entry, parent: string, walk: Walk): boolean {
  const { includeHidden, onSideFile, onPassedOver } = walk.options;
  const extension = mayBeFolder ? null : passedOverExtension(name);
  if (!mayBePhoto && !mayBeFolder && extension === null) return false;
  if (walk.excluded(relative(walk.root, path).split(sep).join('/'))) return false;
  const kind = includeHidden ? null : sideFileKind(name, parent);
  if (kind) {
    if (mayBePhoto || mayBeFolder) onSideFile?.({ path, kind, isFolder: mayBeFolder });
    return false;
  }
  if (extension !== null && isListed(path, walk)) onPassedOver?.({ path, extension });
  return mayBePhoto || mayBeFolder;
}

/** Whether a photo is in the share that is asked for. */
function isListed(path: string, { root, options }: Walk): boolean {
  return !options.shard || inShard(relative(root, path), options.shard);
}

interface Entry {
  name: string;
  path: string;
  mayBePhoto: boolean;
  mayBeFolder: boolean;
  isLink: boolean;
}

/** What is in a folder, sorted by name. */
async function readEntries(folder: string): Promise<Entry[]> {
  // As bytes where names are bytes, since a string would lose those that are not UTF-8.
  const at = pathToFs(folder);
  const found =
    process.platform === 'win32'
      ? await readdir(at, { withFileTypes: true })
      : await readdir(at, { withFileTypes: true, encoding: 'buffer' });
  const entries = found.map((entry) => {
    const name = typeof entry.name === 'string' ? entry.name : pathFromBytes(entry.name);
    return {
      name,
      path: join(folder, name),
      mayBePhoto: isPhotoName(name),
      mayBeFolder: entry.isDirectory() || entry.isSymbolicLink(),
      isLink: entry.isSymbolicLink(),
    };
  });
  return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function codeOf(error: unknown): string {
  return errorCode(error) ?? errorText(error);
}
