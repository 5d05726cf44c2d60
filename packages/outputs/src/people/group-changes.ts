import type { CacheWith } from '@face-sets/cache-npz';
import { diffLabels, type LabelDiff } from '@face-sets/cluster';
import { type FaceRef, faceKey, faceRefOf } from '@face-sets/manifests';

/** What writing an output changed for those who are in it: people or facesets, by id. */
export interface GroupChanges {
  /** Groups whose faces all went to another number: 0 unless people decided so. */
  renumbered: number;
  /** Faces that left their group for another one or for none. */
  changed: number;
  /** Known groups that faces joined, by number. */
  added: GroupGrowth[];
  /** New groups, by number. */
  created: GroupGrowth[];
  /** Ids of groups that are not there any more. */
  gone: string[];
  /** Groups whose folders were renamed by their owner since the last run. */
  renamed: { id: string; folder: string }[];
  /** Photos with faces of the output that are no longer in the cache; their copies were removed. */
  vanished: LostPhoto[];
  /** The same, of photos whose files have other content by now. */
  superseded: LostPhoto[];
}

/** How many faces a group got. */
export interface GroupGrowth {
  id: string;
  /** Where it is, relative to the output; its owner may have renamed it. */
  folder: string;
  faces: number;
}

/** A photo that an output loses. */
export interface LostPhoto {
  /** Absolute path. */
  source: string;
  /** How many faces of it the manifest has. */
  faces: number;
}

/** A group that is about to be written. */
export interface NumberedGroup {
  id: string;
  number: number;
  folder: string;
  rows: readonly number[];
}

/** A group as the manifest of an earlier run has it. */
export interface RecordedGroup {
  id: string;
  number: number;
  /** Where the manifest has it; `folderOf` says where it is now. */
  folder: string;
  faces: readonly FaceRef[];
}

/**
 * Compares the groups that an output has with those that are about to be written. Faces are known by the photo's content and
 * the place in it, not by the row.
 *
 * @param before   groups of the earlier manifest
 * @param others   faces of that manifest that are in no group
 * @param after    groups that are about to be written
 * @param folderOf where the folders of the earlier groups are now, by id
 */
export function diffGroups(
  cache: CacheWith<'bbox' | 'detScore'>,
  before: readonly RecordedGroup[],
  others: readonly FaceRef[],
  after: readonly NumberedGroup[],
  folderOf: ReadonlyMap<string, string>,
): GroupChanges {
  const known = new Map<string, number>();
  for (const { number, faces } of before) for (const face of faces) known.set(faceKey(face), number);
  const was = new Int32Array(cache.faceCount).fill(-1);
  const now = new Int32Array(cache.faceCount).fill(-1);
  const byNumber = new Map(after.map((group) => [group.number, group]));
  for (const { number, rows } of after) for (const row of rows) now[row] = number;
  for (let row = 0; row < cache.faceCount; row++) {
    if (cache.images[cache.imageIndex[row]].superseded) continue;
    was[row] = known.get(faceKey(faceRefOf(cache, row))) ?? -1;
  }
  const found = diffLabels(was, now);
  const growth = (parts: LabelDiff['added']): GroupGrowth[] =>
    parts.flatMap(({ person, faces }) => {
      const group = byNumber.get(person);
      return group ? [{ id: group.id, folder: group.folder, faces }] : [];
    });
  const had = new Set(before.map(({ number }) => number));
  // A group may begin with faces that others had.
  const created = after.filter(({ number }) => !had.has(number));
  return {
    renumbered: found.renumbered.length,
    changed: found.changed.length,
    added: growth(found.added),
    created: created.map(({ id, folder, rows }) => ({ id, folder, faces: rows.length })),
    gone: before.filter(({ number }) => !byNumber.has(number)).map(({ id }) => id),
    renamed: before.flatMap(({ id, folder }) => {
      const at = folderOf.get(id) ?? folder;
      return at === folder ? [] : [{ id, folder: at }];
    }),
    ...lostPhotos(cache, [...before.flatMap(({ faces }) => faces), ...others]),
  };
}

/** Photos with these faces that are not in the cache any more, or not at their paths. */
function lostPhotos(
  cache: CacheWith<'bbox' | 'detScore'>,
  faces: readonly FaceRef[],
): Pick<GroupChanges, 'vanished' | 'superseded'> {
  const images = new Map(cache.images.map((image) => [image.sha256, image]));
  const vanished = new Map<string, number>();
  const superseded = new Map<string, number>();
  for (const { sha256, source } of faces) {
    const image = images.get(sha256);
    if (image && !image.superseded) continue;
    const photos = image ? superseded : vanished;
    photos.set(source, (photos.get(source) ?? 0) + 1);
  }
  const listed = (photos: Map<string, number>) =>
    [...photos]
      .map(([source, count]) => ({ source, faces: count }))
      .sort((a, b) => (a.source < b.source ? -1 : 1));
  return { vanished: listed(vanished), superseded: listed(superseded) };
}
