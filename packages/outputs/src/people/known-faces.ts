import type { CacheWith } from '@face-sets/cache-npz';
import { type FaceRef, faceKey, faceRefOf, ManifestMismatchError } from '@face-sets/manifests';

/** Which faces of a cache an earlier manifest knows. */
export interface KnownFaces<Entry> {
  /** Number of the group that each face of the cache is in; -1 for none. */
  group: Int32Array;
  /** The entry of each face of the cache in the manifest; undefined for a face that is new. */
  entry: (Entry | undefined)[];
  /** Photos with faces that are in the manifest and no longer in the cache. */
  vanished: LostPhoto[];
  /** Photos with faces that are in the manifest, whose files have other content by now. */
  superseded: LostPhoto[];
}

/** A photo that an output loses. */
export interface LostPhoto {
  /** Absolute path. */
  source: string;
  /** How many faces of it the manifest has. */
  faces: number;
}

/** More known faces than this share are missing: it is another cache. */
const MOST_MISSING = 0.5;

/**
 * Finds the faces of a manifest again in the cache, which has grown or was even rebuilt: by the photo's content and
 * the place in it, not by the row.
 *
 * @param groups The groups of the manifest with their numbers.
 * @param others Faces of the manifest that are in no group.
 * @param path   The manifest, for the error.
 * @throws ManifestMismatchError when most of the faces are not in the cache.
 */
export function knownFaces<Grouped extends FaceRef, Other extends FaceRef>(
  cache: CacheWith<'bbox' | 'detScore'>,
  groups: readonly { number: number; faces: readonly Grouped[] }[],
  others: readonly Other[],
  path: string,
): KnownFaces<Grouped | Other> {
  const rowsOf = new Map<string, number[]>();
  for (let row = cache.faceCount - 1; row >= 0; row--) {
    const key = faceKey(faceRefOf(cache, row));
    const rows = rowsOf.get(key);
    if (rows) rows.push(row);
    else rowsOf.set(key, [row]);
  }
  const group = new Int32Array(cache.faceCount).fill(-1);
  const entry: (Grouped | Other | undefined)[] = new Array(cache.faceCount).fill(undefined);
  const vanished = new Map<string, number>();
  const superseded = new Map<string, number>();
  let faces = 0;
  let missing = 0;
  for (const { number, faces: entries } of [...groups, { number: -1, faces: others }]) {
    for (const face of entries) {
      faces++;
      const row = rowsOf.get(faceKey(face))?.pop();
      if (row === undefined) {
        missing++;
        vanished.set(face.source, (vanished.get(face.source) ?? 0) + 1);
      } else if (cache.images[cache.imageIndex[row]].superseded) {
        superseded.set(face.source, (superseded.get(face.source) ?? 0) + 1);
      } else {
        group[row] = number;
        entry[row] = face;
      }
    }
  }
  if (missing > MOST_MISSING * faces) {
    throw new ManifestMismatchError(
      `${missing} of the ${faces} faces of ${path} are not in the cache: the output was made from another cache; expected that cache, with photos added`,
    );
  }
  const listed = (photos: Map<string, number>) =>
    [...photos]
      .map(([source, count]) => ({ source, faces: count }))
      .sort((a, b) => (a.source < b.source ? -1 : 1));
  return { group, entry, vanished: listed(vanished), superseded: listed(superseded) };
}
