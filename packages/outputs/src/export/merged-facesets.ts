import { join } from 'node:path';
import type { ExportCache } from '@face-sets/fsz-export';
import {
  type CacheRef,
  faceKey,
  type RefineManifest,
  rowsOfFaces,
  type SwapFacesetManifest,
  type SwapManifest,
} from '@face-sets/manifests';
import { type LocatedFaceset, readFacesetManifest } from '../folders/faceset-folders.js';
import { composeRefineManifest } from '../people/compose-refine-manifest.js';

type RefinedFaceset = RefineManifest['facesets'][number];
type Merged = NonNullable<SwapManifest['merged']>;

/** What {@link joinMerged} works on. */
export interface JoinMergedInput {
  out: string;
  cache: ExportCache;
  cacheFile: Pick<CacheRef, 'path' | 'sha256'>;
  /** The output's manifest. */
  earlier: SwapManifest | undefined;
  located: ReadonlyMap<string, LocatedFaceset>;
  merge: boolean;
}

/** Facesets that `consolidate` joined to others and whose folders their owner has not put back. */
export function stillMerged(
  earlier: SwapManifest | undefined,
  located: ReadonlyMap<string, LocatedFaceset>,
): Merged {
  return (earlier?.merged ?? []).filter(({ id }) => !located.has(id));
}

/** The faceset that one was joined to, and that perhaps to another; a faceset that was joined to none is its own. */
export function survivorOf(id: string, merged: Merged): string {
  const into = new Map(merged.map((entry) => [entry.id, entry.into]));
  const passed = new Set([id]);
  let survivor = id;
  for (let next = into.get(id); next !== undefined && !passed.has(next); next = into.get(next)) {
    passed.add(next);
    survivor = next;
  }
  return survivor;
}

/**
 * Lets what `consolidate` has joined stay joined: a faceset of the refine manifest that is the person of a faceset in
 * `_merged/` goes to the one that it was joined to. In a merge that is told by the id; else, since each refine
 * renumbers people, by the faces, of which at least half are shared. One that was joined to a faceset that was added to the
 * output, which the refine manifest does not know, brings that along.
 *
 * @returns The facesets to export.
 */
export async function joinMerged(
  facesets: readonly RefinedFaceset[],
  { out, cache, cacheFile, earlier, located, merge }: JoinMergedInput,
): Promise<RefinedFaceset[]> {
  const merged = stillMerged(earlier, located);
  const added = new Set(earlier?.facesets.flatMap((entry) => (entry.added ? [entry.id] : [])));
  let joined = [...facesets];
  for (const { id, folder } of merged) {
    const survivorId = survivorOf(id, merged);
    const survivor = located.get(survivorId);
    const gone = await readFacesetManifest(join(out, folder));
    if (!gone || !survivor) continue;
    const goneKeys = keysOf(gone);
    const other = merge
      ? joined.find((one) => one.id === id && one.faces.some((face) => goneKeys.has(faceKey(face))))
      : bestMatch(joined, goneKeys);
    if (!other) continue;
    const ownKeys = keysOf(survivor.manifest);
    for (const key of goneKeys) ownKeys.delete(key);
    const own =
      merge || added.has(survivorId)
        ? (joined.find((one) => one.id === survivorId) ??
          facesetOfRows(survivor, rowsOfManifest(cache, survivor.manifest)))
        : bestMatch(joined, ownKeys);
    if (!own || own === other) continue;
    joined = joined.filter((one) => one !== other && one !== own);
    joined.push(withFaces(own, other.faces, droppedOf(gone)));
  }
  return joined;

  function facesetOfRows(
    { id, manifest: { label } }: LocatedFaceset,
    rows: readonly number[],
  ): RefinedFaceset {
    const faces = rows.map((row) => ({ row, distance: 0 }));
    const faceset = { id, ...(label === undefined ? {} : { label }), faces };
    return composeRefineManifest({ cache, cacheFile, options: {}, facesets: [faceset], rejected: [] })
      .manifest.facesets[0];
  }
}

/** Rows of all faces that a faceset was made from, those left out too. */
export function rowsOfManifest(
  cache: ExportCache,
  { faces, rejected }: Pick<SwapFacesetManifest, 'faces' | 'rejected'>,
): number[] {
  return rowsOfFaces(cache, [...faces, ...rejected]);
}

/** Keys of the faces that were taken out of a faceset. */
function droppedOf({ rejected }: Pick<SwapFacesetManifest, 'rejected'>): Set<string> {
  return new Set(rejected.filter(({ dropped }) => dropped !== undefined).map(faceKey));
}

/** `faceKey`s of all faces that a faceset was made from. */
export function keysOf({ faces, rejected }: SwapFacesetManifest): Set<string> {
  return new Set([...faces, ...rejected].map(faceKey));
}

/** The faceset that shares most faces, and at least half of its own or of these. */
function bestMatch(
  facesets: readonly RefinedFaceset[],
  keys: ReadonlySet<string>,
): RefinedFaceset | undefined {
  let best: RefinedFaceset | undefined;
  let most = 0;
  for (const faceset of facesets) {
    if (faceset.era_of !== undefined) continue;
    const shared = sharedFaces(faceset, keys);
    if (shared <= most || !isSamePerson(faceset, keys)) continue;
    best = faceset;
    most = shared;
  }
  return best;
}

function sharedFaces({ faces }: Pick<RefinedFaceset, 'faces'>, keys: ReadonlySet<string>): number {
  return faces.filter((face) => keys.has(faceKey(face))).length;
}

/**
 * Whether a faceset shares at least half of its own faces, or of these.
 *
 * @param keys `faceKey`s.
 */
export function isSamePerson(faceset: Pick<RefinedFaceset, 'faces'>, keys: ReadonlySet<string>): boolean {
  const shared = sharedFaces(faceset, keys);
  return shared > 0 && shared * 2 >= Math.min(keys.size, faceset.faces.length);
}

/** A faceset with more faces, in order of the cache. */
function withFaces(
  faceset: RefinedFaceset,
  more: RefinedFaceset['faces'],
  without: ReadonlySet<string>,
): RefinedFaceset {
  const own = new Set(faceset.faces.map(({ row }) => row));
  const faces = [
    ...faceset.faces,
    ...more.filter((face) => !own.has(face.row) && !without.has(faceKey(face))),
  ].sort((a, b) => a.row - b.row);
  return { ...faceset, faces, unique_images: new Set(faces.map(({ sha256 }) => sha256)).size };
}
