import type { ExportCache } from '@face-sets/fsz-export';
import { eraIdOf, eraNumber, faceKey, faceRefOf, ManifestError } from '@face-sets/manifests';
import { readCollection } from '../folders/collection.js';
import { assignNames } from '../folders/faceset-names.js';
import { readEras } from './eras-folder.js';

/** The ids of a person's eras. */
export interface EraIds {
  /** In the order of the eras. */
  ids: string[];
  /** The highest number that an era of the person has had. */
  highest: number;
}

/**
 * Numbers the eras of a new split. An era that has most of the faces of one of the split before keeps its number, so that
 * what its owner made of it (a name, a folder) stays with its faces; others get the numbers after the highest that was ever
 * used, in their own order. Without an earlier split that is 1, 2, ….
 *
 * @param eras Rows of the faces of each era.
 */
export async function numberEras(
  out: string,
  facesetId: string,
  cache: ExportCache,
  eras: readonly (readonly number[])[],
): Promise<EraIds> {
  const before = await readEras(out, facesetId).catch((error) => {
    // Nothing is known of a split whose manifest is damaged but what was exported.
    if (error instanceof ManifestError) return null;
    throw error;
  });
  const { manifest } = await readCollection(out);
  const exported = [...manifest.facesets, ...(manifest.thin_eras ?? []), ...manifest.empty]
    .map(({ id }) => id)
    .filter((id) => id.startsWith(`${facesetId}_era_`));
  const last = Math.max(before?.eras.highest_number ?? 0, ...exported.map(eraNumber));
  const { owners } = assignNames(
    eras.map((rows) => ({ keys: rows.map((row) => faceKey(faceRefOf(cache, row))) })),
    (before?.refine.facesets ?? []).map(({ id, faces }) => ({ id, keys: faces.map(faceKey) })),
  );
  let highest = last;
  const ids = owners.map((owner) => owner?.id ?? eraIdOf(facesetId, ++highest));
  return { ids, highest };
}
