import { join } from 'node:path';
import {
  faceKey,
  facesetIdOf,
  facesetNumber,
  type RefineManifest,
  type SwapManifest,
} from '@face-sets/manifests';
import { type LocatedFaceset, readFacesetManifest } from '../folders/faceset-folders.js';
import { assignNames } from '../folders/faceset-names.js';
import { highestFacesetNumber } from './match-facesets.js';
import { isSamePerson, keysOf, stillMerged } from './merged-facesets.js';

type RefinedFaceset = RefineManifest['facesets'][number];

/**
 * Lets those who were added to an output, those who were joined to others there, and those who have eras keep their
 * numbers: a refine manifest that knows nothing of that may give one of these to someone else. Such a faceset gets the number under which the output
 * has its faces already, else one after the highest, in the output and in the manifest.
 *
 * @returns The facesets, those with another number too.
 */
export async function keepAddedNumbers(
  out: string,
  facesets: readonly RefinedFaceset[],
  earlier: SwapManifest | undefined,
  located: ReadonlyMap<string, LocatedFaceset>,
): Promise<RefinedFaceset[]> {
  if (!earlier) return [...facesets];
  const added = new Set(earlier.facesets.filter((entry) => entry.added).map(({ id }) => id));
  const taken = await takenNumbers(out, earlier, located, added);
  const displaced = new Set(
    facesets.filter((faceset) => {
      const holder = faceset.era_of === undefined ? taken.get(faceset.id) : undefined;
      if (!holder) return false;
      const { label, keys } = holder;
      return (label !== null && label !== faceset.label) || !isSamePerson(faceset, keys);
    }),
  );
  // Whom the output has under another number already.
  const known = [...located.values()].filter(
    ({ id, manifest }) => manifest.era_of === undefined && !added.has(id),
  );
  let owners: (LocatedFaceset | null)[] = [];
  for (let more = displaced; more.size > 0; ) {
    const open = known.filter(({ id, manifest }) => {
      const same = facesets.find((faceset) => faceset.id === id);
      return !same || displaced.has(same) || !isSamePerson(same, keysOf(manifest));
    });
    owners = assignNames(
      [...displaced].map(({ faces }) => ({ keys: faces.map(faceKey) })),
      open.map((before) => ({ ...before, keys: [...keysOf(before.manifest)] })),
    ).owners;
    const claimed = new Set(owners.map((owner) => owner?.id));
    more = new Set(facesets.filter((faceset) => claimed.has(faceset.id) && !displaced.has(faceset)));
    for (const faceset of more) displaced.add(faceset);
  }
  let highest = facesets.reduce(
    (most, { id }) => Math.max(most, facesetNumber(id)),
    highestFacesetNumber(earlier),
  );
  const ids = new Map([...displaced].map((faceset, i) => [faceset, owners[i]?.id ?? facesetIdOf(++highest)]));
  return facesets.map((faceset) => ({ ...faceset, id: ids.get(faceset) ?? faceset.id }));
}

/** Someone who keeps a number. */
interface Holder {
  keys: Set<string>;
  /** What a faceset of the refine manifest must be labeled to be the same; null for any label. */
  label: string | undefined | null;
}

/** Who has a number that a refine manifest knows nothing of. */
async function takenNumbers(
  out: string,
  earlier: SwapManifest,
  located: ReadonlyMap<string, LocatedFaceset>,
  added: ReadonlySet<string>,
): Promise<Map<string, Holder>> {
  const taken = new Map<string, Holder>();
  for (const { era_of: id } of [...earlier.facesets, ...(earlier.thin_eras ?? [])]) {
    const manifest = id === undefined ? undefined : located.get(id)?.manifest;
    if (id !== undefined && manifest) taken.set(id, { keys: keysOf(manifest), label: null });
  }
  for (const id of added) {
    const manifest = located.get(id)?.manifest;
    if (manifest) taken.set(id, { keys: keysOf(manifest), label: manifest.label });
  }
  for (const { id, folder } of stillMerged(earlier, located)) {
    const manifest = await readFacesetManifest(join(out, folder));
    if (manifest) taken.set(id, { keys: keysOf(manifest), label: manifest.label });
  }
  return taken;
}
