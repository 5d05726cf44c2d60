import { join } from 'node:path';
import { isMissing } from '@face-sets/files';
import { faceKey, MANIFEST_NAMES, readManifestIfThere, type SwapFacesetManifest } from '@face-sets/manifests';
import { newFacesetId } from '../export/match-facesets.js';
import { survivorOf } from '../export/merged-facesets.js';
import { readCollection } from '../folders/collection.js';
import { readFacesetManifest, recoverFolders } from '../folders/faceset-folders.js';
import { assignNames } from '../folders/faceset-names.js';

/** A faceset of an earlier import. */
interface EarlierImport {
  id: string;
  label: string;
  keys: string[];
  /** Where it is to be found now, if `consolidate` has joined it to another. */
  into?: string;
}

/** The faceset of a person in an output. */
export interface FoundFaceset {
  /** Its own id, under which it is imported. */
  id: string;
  /** Id of the faceset that `consolidate` has joined it to, and where its faces go. */
  into?: string;
  /** Facesets that `consolidate` has joined to it: they stay part of it. */
  joined: { id: string; manifest: SwapFacesetManifest }[];
}

/**
 * Finds the faceset of each person in an output: that of an earlier import with the label and a face in common, else
 * the one that has most of the faces, else a new one after the highest number.
 *
 * @param people Who they are, and the `faceKey`s of each one's faces.
 * @param lastImport The refine manifest of the last import, which knows people of whom no face could be exported.
 */
export async function findFacesets(
  out: string,
  people: readonly { label: string }[],
  keys: readonly (readonly string[])[],
  lastImport: string,
): Promise<FoundFaceset[]> {
  if (await isMissing(join(out, MANIFEST_NAMES['export-swap']))) {
    return people.map((_, i) => ({ id: newFacesetId(undefined, i + 1), joined: [] }));
  }
  await recoverFolders(out);
  const { manifest, facesets } = await readCollection(out);
  const earlier = facesets.flatMap(({ entry, manifest: own }) => (entry.added ? importOf(own) : []));
  const there = new Set(facesets.map(({ id }) => id));
  const merged = (manifest.merged ?? []).filter(({ id }) => !there.has(id));
  const joined: { id: string; manifest: SwapFacesetManifest; into: string }[] = [];
  for (const { id, folder } of merged) {
    const own = await readFacesetManifest(join(out, folder));
    const into = survivorOf(id, merged);
    if (!own || !there.has(into)) continue;
    joined.push({ id, manifest: own, into });
    earlier.push(...importOf(own).map((known) => ({ ...known, into })));
  }
  const empty = new Set(manifest.empty.map(({ id }) => id));
  // It is a note for this only: an import whose manifest is gone or damaged is one that knows no such people.
  const last = empty.size === 0 ? null : await readManifestIfThere(lastImport, 'refine');
  for (const { id, label, faces } of last?.facesets ?? []) {
    if (label !== undefined && empty.has(id)) earlier.push({ id, label, keys: faces.map(faceKey) });
  }

  const found = people.map(({ label }, i) => {
    const own = new Set(keys[i]);
    return earlier.find((known) => known.label === label && known.keys.some((key) => own.has(key)));
  });
  const open = people.flatMap((_, i) => (found[i] ? [] : [i]));
  const { owners } = assignNames(
    open.map((i) => ({ keys: keys[i] })),
    earlier.filter((known) => !found.includes(known)),
  );
  owners.forEach((owner, i) => {
    found[open[i]] = owner ?? undefined;
  });
  let added = 0;
  return found.map((known) => ({
    id: known?.id ?? newFacesetId(manifest, ++added),
    ...(known?.into === undefined ? {} : { into: known.into }),
    joined: joined.filter(({ into }) => into === known?.id),
  }));
}

/** What an import made, if it is one: eras have the label of their person, but come from elsewhere. */
function importOf({ id, label, era_of, faces, rejected }: SwapFacesetManifest): EarlierImport[] {
  if (label === undefined || era_of !== undefined) return [];
  return [{ id, label, keys: [...faces, ...rejected].map(faceKey) }];
}
