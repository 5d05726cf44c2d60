import type { CacheView } from '@face-sets/cache-npz';

/** Photos whose files have other content by now, and what has taken their place: by the first digits of their SHA-256. */
export function successorsOf({ images }: Pick<CacheView, 'images'>): Map<string, string> {
  const current = new Map<string, string>();
  for (const { path, pathAliases, sha256, superseded } of images) {
    if (!superseded) for (const at of [path, ...pathAliases]) current.set(at, sha256);
  }
  const successors = new Map<string, string>();
  for (const { path, sha256, superseded } of images) {
    const now = current.get(path);
    if (superseded && now !== undefined) successors.set(sha256.slice(0, 16), now.slice(0, 16));
  }
  return successors;
}
