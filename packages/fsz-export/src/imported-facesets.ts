import { join } from 'node:path';
import { readCollection } from './collection.js';
import { readFacesetManifest, recoverFolders } from './faceset-folders.js';
import { assignNames, faceKey } from './faceset-names.js';
import { MANIFEST_NAMES, readManifest } from './manifest-file.js';
import { newFacesetId } from './match-facesets.js';
import { isMissing } from './source-state.js';
import type { SwapFacesetManifest } from './swap-manifest.js';

/** A faceset of an earlier import. */
interface EarlierImport {
  id: string;
  label: string;
  keys: string[];
  /** The faceset that it was joined to. */
  into?: string;
}

/** The facesets of some people in an output. */
export interface FoundFacesets {
  /** By index; null for who has been joined to another faceset. */
  ids: (string | null)[];
  /** Those, by index. */
  joined: { person: number; id: string; into: string }[];
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
): Promise<FoundFacesets> {
  const first = (n: number) => newFacesetId(undefined, n);
  if (await isMissing(join(out, MANIFEST_NAMES['export-swap']))) {
    return { ids: people.map((_, i) => first(i + 1)), joined: [] };
  }
  await recoverFolders(out);
  const { manifest, facesets } = await readCollection(out);
  const earlier = facesets.flatMap(({ entry, manifest: own }) => (entry.added ? importOf(own) : []));
  for (const { into, folder } of manifest.merged ?? []) {
    const own = await readFacesetManifest(join(out, folder));
    if (own) earlier.push(...importOf(own).map((known) => ({ ...known, into })));
  }
  const empty = new Set(manifest.empty.map(({ id }) => id));
  // It is a note for this only: an import whose manifest is gone or damaged is one that knows no such people.
  const last = empty.size === 0 ? null : await readManifest(lastImport, 'refine').catch(() => null);
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
  return {
    ids: found.map((known) => {
      if (known?.into !== undefined) return null;
      return known?.id ?? newFacesetId(manifest, ++added);
    }),
    joined: found.flatMap((known, person) =>
      known?.into === undefined ? [] : [{ person, id: known.id, into: known.into }],
    ),
  };
}

/** What an import made, if it is one: eras have the label of their person, but come from elsewhere. */
function importOf({ id, label, era_of, faces, rejected }: SwapFacesetManifest): EarlierImport[] {
  if (label === undefined || era_of !== undefined) return [];
  return [{ id, label, keys: [...faces, ...rejected].map(faceKey) }];
}
