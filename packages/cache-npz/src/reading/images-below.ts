import { realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathFromBytes, pathToFs } from '@face-sets/files';
import type { CacheView } from './cache-view.js';

/**
 * The images of a cache that lie in some folders or below them, by their paths and aliases. Folders and paths may be
 * written in different ways: symbolic links are followed on both sides, where the folder is still there. Superseded
 * images are in no folder.
 *
 * @param groups Lists of folders, absolute or relative to the working directory.
 * @returns For each folder of each group the numbers of its images, ascending.
 */
export async function imagesBelow(
  cache: Pick<CacheView, 'images'>,
  groups: readonly (readonly string[])[],
): Promise<number[][][]> {
  const found = groups.map((folders) => folders.map((): number[] => []));
  const wanted = new Map<string, number[][]>();
  for (const [g, folders] of groups.entries()) {
    for (const [f, folder] of folders.entries()) {
      for (const name of await namesOf(resolve(folder))) {
        wanted.set(name, [...(wanted.get(name) ?? []), found[g][f]]);
      }
    }
  }
  /** The lists that the images directly in a folder belong to. */
  const listsOf = new Map<string, Set<number[]>>();
  for (const [index, { path, pathAliases, superseded }] of cache.images.entries()) {
    if (superseded) continue;
    const lists = new Set<number[]>();
    for (const place of [path, ...pathAliases]) {
      const folder = dirname(place);
      let known = listsOf.get(folder);
      if (!known) {
        known = new Set((await namesOf(folder)).flatMap((name) => listsAbove(name, wanted)));
        listsOf.set(folder, known);
      }
      for (const list of known) lists.add(list);
    }
    for (const list of lists) list.push(index);
  }
  return found;
}

/** A folder as it is written, and as it really is where it is there. */
async function namesOf(folder: string): Promise<string[]> {
  const names = new Set([folder]);
  try {
    names.add(pathFromBytes(await realpath(pathToFs(folder), 'buffer')));
  } catch {
    // Not there: an unplugged drive, or a photo that was moved away. Its name still says where it was.
  }
  return [...names];
}

function listsAbove(folder: string, wanted: ReadonlyMap<string, number[][]>): number[][] {
  const lists = [...(wanted.get(folder) ?? [])];
  for (let at = folder; dirname(at) !== at; ) {
    at = dirname(at);
    lists.push(...(wanted.get(at) ?? []));
  }
  return lists;
}
