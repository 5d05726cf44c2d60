import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import { type FaceCacheWriter, placesOf, recordPlaces } from '@face-sets/cache-npz';
import { inShard, type ListProblem, type Shard, sideFileKindBelow } from '@face-sets/photos';

/** Removes the paths of side files, which a run with `includeHidden` added as photos. */
export function releaseSideFiles(
  cache: FaceCacheWriter,
  sources: readonly string[],
  seen: ReadonlySet<string>,
  shard: Shard | undefined,
): void {
  const roots = sources.map((source) => resolve(source));
  const isSideFile = (path: string) =>
    roots.every((root) => {
      const rest = below(root, path);
      return rest === null || sideFileKindBelow(rest.split(sep), basename(root)) !== null;
    });
  releasePaths(cache, new Set(missingPaths(cache, sources, seen, shard).filter(isSideFile)));
}

/** Takes paths away from their records; a record that has none left is superseded. */
export function releasePaths(cache: FaceCacheWriter, paths: ReadonlySet<string>): void {
  if (paths.size === 0) return;
  for (const [index, record] of cache.images.entries()) {
    if (record.superseded || ![record.path, ...record.pathAliases].some((path) => paths.has(path))) continue;
    const places = placesOf(record).filter(({ path }) => !paths.has(path));
    cache.updateImage(index, places.length > 0 ? recordPlaces(places) : { superseded: true });
  }
}

/**
 * Paths that are gone for good as far as can be told: below a source in which photos were found, and not below a folder
 * that could not be read. Of an empty source it cannot be told whether its disk is there.
 */
export function removable(
  gone: readonly string[],
  sources: readonly string[],
  seen: ReadonlySet<string>,
  problems: readonly ListProblem[],
): string[] {
  const roots = sources.map((source) => resolve(source));
  const alive = roots.filter((root) => {
    for (const path of seen) if (below(root, path) !== null) return true;
    return false;
  });
  return gone.filter(
    (path) =>
      alive.some((root) => below(root, path) !== null) &&
      !problems.some((problem) => below(problem.path, path) !== null),
  );
}

/** Paths that the cache has below the sources (and in the shard) and the listing did not find. */
export function missingPaths(
  cache: FaceCacheWriter,
  sources: readonly string[],
  seen: ReadonlySet<string>,
  shard: Shard | undefined,
): string[] {
  const roots = sources.map((source) => resolve(source));
  const expected = (path: string) =>
    roots.some((root) => {
      const rest = below(root, path);
      return rest !== null && (!shard || inShard(rest, shard));
    });
  return cache.images
    .filter((record) => !record.superseded)
    .flatMap((record) => [record.path, ...record.pathAliases])
    .filter((path) => !seen.has(path) && expected(path));
}

/** A path relative to a folder that it is in (or is itself), else `null`. */
function below(folder: string, path: string): string | null {
  const rest = relative(folder, path);
  return rest === '..' || rest.startsWith(`..${sep}`) || isAbsolute(rest) ? null : rest;
}
