import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { OutputFolderError } from '@face-sets/files';
import type { DroppedFaces } from '@face-sets/fsz-export';
import {
  faceKey,
  facesetIdOf,
  facesetNumber,
  type RefineManifest,
  type Rejection,
  type SwapManifest,
} from '@face-sets/manifests';
import { DROPPED_FOLDER, FACES_FOLDER, type LocatedFaceset } from '../folders/faceset-folders.js';
import {
  assignNames,
  isNamed,
  keepNames,
  type NamedFaces,
  ownersFolderName,
  readKeptNames,
} from '../folders/faceset-names.js';
import { readNameFile } from '../folders/name-file.js';

type RefinedFaceset = RefineManifest['facesets'][number];

/** What an output knows of someone for whom a faceset is to be made. */
export interface KnownPerson {
  /** What the owner has written into `NAME.txt`, or null. */
  nameFile: Uint8Array | null;
  /** The name that the owner has given to the folder, or null. */
  folderName: string | null;
  /** The faceset that the output has of the person, or null. */
  before: LocatedFaceset | null;
}

/** The highest number that a faceset of an output has had; 0 where there was none. */
export function highestFacesetNumber(manifest: SwapManifest | undefined): number {
  if (!manifest) return 0;
  const { highest_number = 0, facesets, thin_eras = [], empty, merged = [] } = manifest;
  return [...facesets, ...thin_eras, ...empty, ...merged].reduce(
    (highest, { id }) => Math.max(highest, facesetNumber(id)),
    highest_number,
  );
}

/** The id of the `n`-th (from 1) new faceset of an output, which has not been used. */
export function newFacesetId(manifest: SwapManifest | undefined, n = 1): string {
  return facesetIdOf(highestFacesetNumber(manifest) + n);
}

/**
 * Makes sure that a merge gives no one the number of another person: one that was used and is gone, or that has another's
 * faces.
 *
 * @throws OutputFolderError that names the faceset and the next free number.
 */
export function requireOwnNumbers(
  facesets: readonly RefinedFaceset[],
  earlier: SwapManifest | undefined,
  located: ReadonlyMap<string, LocatedFaceset>,
): void {
  if (!earlier) return;
  const highest = highestFacesetNumber(earlier);
  const listed = new Set(
    [...earlier.facesets, ...(earlier.thin_eras ?? []), ...earlier.empty].map(({ id }) => id),
  );
  const next = `number new facesets from ${facesetIdOf(highest + 1)} on`;
  for (const { id, era_of, faces } of facesets) {
    // Another split renumbers the eras of a person.
    if (era_of !== undefined) continue;
    const before = located.get(id)?.manifest;
    if (before) {
      const photos = new Set([...before.faces, ...before.rejected].map(({ sha256 }) => sha256));
      if (photos.size === 0 || faces.length === 0 || faces.some(({ sha256 }) => photos.has(sha256))) continue;
      throw new OutputFolderError(
        `${id} of the output has no photo in common with ${id} of the refine manifest: it is someone else; ${next}`,
      );
    }
    if (listed.has(id) || facesetNumber(id) > highest) continue;
    throw new OutputFolderError(
      `${id} is no longer in the output, and its number is not used again: ${next}`,
    );
  }
}

/**
 * Finds out for each faceset of a refine manifest who that is in the output. Eras, and all facesets in a merge, are who
 * their id says; others are whose faces they hold, since each refine renumbers them.
 *
 * All names are kept aside until the export ends, since a faceset that takes another's place takes its `NAME.txt` too.
 *
 * @param owned Facesets of the output that are ours.
 * @param added Ids of those that joined it by a merge.
 * @returns By index, and the names that no one got.
 */
export async function matchFacesets(
  out: string,
  facesets: readonly RefinedFaceset[],
  owned: readonly LocatedFaceset[],
  { merge, added }: { merge: boolean; added: ReadonlySet<string> },
): Promise<{ people: KnownPerson[]; unused: NamedFaces[] }> {
  type Known = NamedFaces & { before: LocatedFaceset | null };
  let known: Known[] = (await readKeptNames(out)).map((entry) => ({ ...entry, before: null }));
  for (const before of owned) {
    const { id, folder, manifest } = before;
    // A label that was handed in is not an owner's name, and gives way to a new one.
    const { bytes } = await readNameFile(join(out, folder), manifest.label);
    const text = bytes && Buffer.from(bytes).toString('base64');
    const folderName = ownersFolderName(folder, id);
    const keys = [...manifest.faces, ...manifest.rejected].map(faceKey);
    // A kept name may have come to its place already, or have been changed by its owner since.
    if (text !== null || folderName !== null) {
      const now = new Set(keys);
      const kept = known.findIndex((entry) => !entry.before && entry.keys.some((key) => now.has(key)));
      if (kept >= 0) known.splice(kept, 1);
    }
    known.push({ text, ...(folderName === null ? {} : { folder: folderName }), keys, before });
  }
  await keepNames(out, known.filter(isKept).map(namesOnly));

  const owners: (Known | null)[] = facesets.map(() => null);
  const byFaces: number[] = [];
  facesets.forEach(({ id, era_of }, i) => {
    if (!merge && era_of === undefined) {
      byFaces.push(i);
      return;
    }
    owners[i] = known.find(({ before }) => before?.id === id) ?? null;
    if (!owners[i] && era_of === undefined) byFaces.push(i);
  });
  const ids = new Set(facesets.map(({ id }) => id));
  known = known.filter((entry) => !owners.includes(entry));
  const candidates = known.filter(
    ({ before }) =>
      before === null ||
      (!merge && before.manifest.era_of === undefined && (!added.has(before.id) || ids.has(before.id))),
  );
  // Who has a name comes first: a name is not lost where two facesets have become one.
  for (const some of [candidates.filter(isNamed), candidates.filter((entry) => !isNamed(entry))]) {
    const open = byFaces.filter((i) => owners[i] === null);
    const assigned = assignNames(
      open.map((i) => ({ keys: facesets[i].faces.map(faceKey) })),
      some,
    );
    assigned.owners.forEach((owner, i) => {
      owners[open[i]] = owner;
    });
  }
  return {
    people: owners.map((owner) => ({
      nameFile: typeof owner?.text === 'string' ? Buffer.from(owner.text, 'base64') : null,
      folderName: owner?.folder ?? null,
      before: owner?.before ?? null,
    })),
    unused: known
      .filter((entry) => !owners.includes(entry) && isKept(entry) && candidates.includes(entry))
      .map(namesOnly),
  };
}

/** Whether there is something of the owner's to keep: a `NAME.txt` of theirs may be without a name. */
function isKept({ text, folder }: NamedFaces): boolean {
  return text !== null || folder !== undefined;
}

function namesOnly({ text, folder, keys }: NamedFaces): NamedFaces {
  return { text, ...(folder === undefined ? {} : { folder }), keys };
}

/**
 * The faces that are to stay out of a faceset: those that were taken out of it before, and those that are now.
 *
 * @param drop Why faces are taken out now, by `faceKey`.
 */
export function droppedFaces(
  before: LocatedFaceset | null,
  drop: ReadonlyMap<string, Rejection> = new Map(),
): DroppedFaces {
  const dropped = new Map<string, { reason: Rejection; dropped: string | null }>();
  for (const face of before?.manifest.rejected ?? []) {
    const reason = drop.get(faceKey(face));
    if (face.dropped !== undefined)
      dropped.set(faceKey(face), { reason: face.reason, dropped: face.dropped });
    else if (reason) dropped.set(faceKey(face), { reason, dropped: null });
  }
  for (const face of before?.manifest.faces ?? []) {
    const reason = drop.get(faceKey(face));
    if (reason) dropped.set(faceKey(face), { reason, dropped: droppedFile(face) });
  }
  return dropped;
}

/** A name for a crop that is put aside which no other face of the faceset has, and which says the rank that it had. */
function droppedFile(face: LocatedFaceset['manifest']['faces'][number]): string {
  const rank = String(face.rank).padStart(4, '0');
  const digest = createHash('sha256').update(faceKey(face)).digest('hex').slice(0, 8);
  return `${FACES_FOLDER}/${DROPPED_FOLDER}/${rank}-${digest}.png`;
}
