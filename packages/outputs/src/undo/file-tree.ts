import { lstat, readdir, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, fileSha256, pathFromBytes, pathToFs } from '@face-sets/files';

/** Times that are closer than this are the same: not every file system keeps nanoseconds. */
const SAME_TIME_NS = 2_000_000n;

/** Permission bits that are kept. A file of an output has no business to run with another's rights. */
const FILE_BITS = 0o777n;
const FOLDER_BITS = 0o3777n;

/** What is at a path. */
export type TreeEntry =
  | {
      type: 'file';
      /** Permission bits. */
      mode: number;
      /** Bytes. */
      size: number;
      /** Nanoseconds since the epoch, in decimal. */
      mtime: string;
      /** Number of the file in its file system, in decimal. */
      inode: string;
      sha256?: string;
    }
  | { type: 'folder'; mode: number; inode: string }
  | { type: 'link'; target: string };

/**
 * Everything below a folder, by path (relative, with `/`; bytes that are not UTF-8 as `pathFromBytes` keeps them), in order
 * of names, each folder before what is in it. Symbolic links are not followed. What is neither file, folder nor link is
 * left out.
 *
 * @param skip Names in the folder itself that are left out.
 */
export async function listTree(
  root: string,
  skip: ReadonlySet<string> = new Set(),
): Promise<Map<string, TreeEntry>> {
  const tree = new Map<string, TreeEntry>();
  await listBelow('');
  return tree;

  async function listBelow(folder: string): Promise<void> {
    for (const name of await namesIn(join(root, folder))) {
      if (folder === '' && skip.has(name)) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      const entry = await treeEntry(join(root, path));
      if (!entry) continue;
      tree.set(path, entry);
      if (entry.type === 'folder') await listBelow(path);
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const at = pathToFs(folder);
  const names =
    process.platform === 'win32'
      ? await readdir(at)
      : (await readdir(at, { encoding: 'buffer' })).map((name) => pathFromBytes(name));
  return names.sort();
}

/** What is at the path itself, not where a link there leads to; undefined where there is nothing. */
export async function treeEntry(path: string): Promise<TreeEntry | undefined> {
  try {
    const info = await lstat(pathToFs(path), { bigint: true });
    const inode = String(info.ino);
    if (info.isDirectory()) return { type: 'folder', mode: Number(info.mode & FOLDER_BITS), inode };
    if (info.isSymbolicLink()) {
      return { type: 'link', target: pathFromBytes(await readlink(pathToFs(path), { encoding: 'buffer' })) };
    }
    if (!info.isFile()) return undefined;
    return {
      type: 'file',
      mode: Number(info.mode & FILE_BITS),
      size: Number(info.size),
      mtime: String(info.mtimeNs),
      inode,
    };
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Whether nothing has been done to what is at a path. A folder is the same as long as it is a folder of the same mode. */
export function isUntouched(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  if (a?.type === 'file' && b?.type === 'file') {
    return a.inode === b.inode && a.size === b.size && a.mtime === b.mtime && a.mode === b.mode;
  }
  if (a?.type === 'folder' && b?.type === 'folder') return a.mode === b.mode;
  if (a?.type === 'link' && b?.type === 'link') return a.target === b.target;
  return a === undefined && b === undefined;
}

/**
 * Whether a path still holds what is known of it: for a file the same size, and the same time or the same content.
 *
 * @param path Where `now` was found, to read it.
 */
export async function holdsStill(
  path: string,
  now: TreeEntry | undefined,
  known: TreeEntry | undefined,
): Promise<boolean> {
  if (now?.type !== known?.type) return false;
  if (now?.type === 'link' && known?.type === 'link') return now.target === known.target;
  if (now?.type !== 'file' || known?.type !== 'file') return true;
  if (now.size !== known.size) return false;
  return isSameTime(now, known) || (known.sha256 !== undefined && (await fileSha256(path)) === known.sha256);
}

/** Whether two files were changed at the same time. */
export function isSameTime(a: { mtime: string }, b: { mtime: string }): boolean {
  const apart = BigInt(a.mtime) - BigInt(b.mtime);
  return apart < SAME_TIME_NS && apart > -SAME_TIME_NS;
}

/** Paths of a tree, what is in a folder before the folder. */
export function deepestFirst(paths: Iterable<string>): string[] {
  const depth = (path: string) => path.split('/').length;
  return [...paths].sort((a, b) => depth(b) - depth(a));
}

/**
 * Where folders that were renamed directly below the root, or in one of the `groups` there, are now.
 *
 * @param before Folders as they were.
 * @param now What there is now.
 * @param isOwners Whether a new name may be one that the owner gave.
 * @returns The new path by the old one.
 */
export function renamedFolders(
  before: ReadonlyMap<string, TreeEntry>,
  now: ReadonlyMap<string, TreeEntry>,
  groups: readonly string[],
  isOwners: (name: string) => boolean,
): Map<string, string> {
  const parents = new Set(['.', ...groups]);
  const byInode = new Map<string, string>();
  for (const [path, entry] of now) {
    if (entry.type !== 'folder' || before.has(path) || !parents.has(dirname(path))) continue;
    if (isOwners(path.slice(path.lastIndexOf('/') + 1))) byInode.set(entry.inode, path);
  }
  const renamed = new Map<string, string>();
  for (const [path, entry] of before) {
    if (entry.type !== 'folder' || now.has(path) || !parents.has(dirname(path))) continue;
    const place = byInode.get(entry.inode);
    if (place !== undefined) renamed.set(path, place);
  }
  return renamed;
}

/** The path where something is that was at `path` before folders were renamed. */
export function movedPath(path: string, renamed: ReadonlyMap<string, string>): string {
  for (let at = path; at !== '.'; at = dirname(at)) {
    const place = renamed.get(at);
    if (place !== undefined) return place + path.slice(at.length);
  }
  return path;
}

/** The folder that a path is in, the one that that is in, and so on. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.push(at);
  return folders;
}
