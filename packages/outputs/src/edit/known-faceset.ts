import type { ExportCache } from '@face-sets/fsz-export';
import { faceKey, faceRefOf, type Rejection, rowsOfFaces } from '@face-sets/manifests';
import { survivorOf } from '../export/merged-facesets.js';
import { type Collection, type CollectionFaceset, notInCache } from '../folders/collection.js';
import type { CleanResult } from './clean-result.js';

/** A faceset whose faces are all in the cache. */
export interface KnownFaceset {
  faceset: CollectionFaceset;
  /** Whose it is: eras are their faceset's, or that of the one that it was joined to. */
  identity: string;
  /** Row of each face, by rank. */
  rows: number[];
  /** Why faces are to be taken out, by rank. */
  drop: Map<number, { reason: Rejection; stays?: string }>;
}

export function knownFacesets(
  { facesets, manifest: { merged = [] } }: Collection,
  cache: ExportCache,
  skipped: CleanResult['skipped'],
): KnownFaceset[] {
  const there = new Set(facesets.map(({ id }) => id));
  const stillMerged = merged.filter(({ id }) => !there.has(id));
  return facesets.flatMap((faceset): KnownFaceset[] => {
    const { id, manifest, linked } = faceset;
    // The eras of a faceset that was joined to another are eras of that.
    const identity = survivorOf(manifest.era_of ?? id, stillMerged);
    const found = new Map(
      rowsOfFaces(cache, manifest.faces).map((row) => [faceKey(faceRefOf(cache, row)), row]),
    );
    const rows = manifest.faces.flatMap((face) => found.get(faceKey(face)) ?? []);
    if (linked) skipped.push({ id, reason: 'its folder is a symbolic link' });
    else if (rows.length < manifest.faces.length)
      skipped.push({ id, reason: notInCache(faceset, rows.length) });
    else return [{ faceset, identity, rows, drop: new Map() }];
    return [];
  });
}

export function cropOf({ faceset }: KnownFaceset, rank: number): string {
  return `${faceset.folder}/${faceset.manifest.faces[rank].file}`;
}
