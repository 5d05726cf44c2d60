import { join } from 'node:path';
import {
  compareFacesetIds,
  type FacesetEntry,
  MANIFEST_NAMES,
  readManifest,
  type SwapManifest,
} from '@face-sets/manifests';
import { type LocatedFaceset, locateFacesets } from './faceset-folders.js';
import { displayName } from './faceset-names.js';

/** A faceset of a {@link Collection}. */
export interface CollectionFaceset extends LocatedFaceset {
  /** What the output's manifest says of it. */
  entry: FacesetEntry;
  /** The first line of its `NAME.txt`, else the name that its owner gave to the folder, else its id. */
  name: string;
}

/** An output of `export-swap` as it is now. */
export interface Collection {
  out: string;
  manifest: SwapManifest;
  /** Facesets and eras, thin ones too, that are in the manifest and still there; in order of their ids. */
  facesets: CollectionFaceset[];
  /** Ids of facesets that are in the manifest and no longer there. */
  missing: string[];
}

/**
 * Reads an output of `export-swap`: its manifest, and every faceset where it lies now, whatever its folder is called.
 *
 * @throws ManifestError when `out` is no such output.
 * @throws OutputFolderError when the name of a folder is not UTF-8.
 */
export async function readCollection(out: string): Promise<Collection> {
  const manifest = await readManifest(join(out, MANIFEST_NAMES['export-swap']), 'export-swap');
  const entries = [...manifest.facesets, ...(manifest.thin_eras ?? [])];
  const located = await locateFacesets(out, new Set(entries.map(({ folder }) => folder)));
  const facesets: CollectionFaceset[] = [];
  for (const entry of entries) {
    const faceset = located.get(entry.id);
    if (faceset) facesets.push({ ...faceset, entry, name: await displayName(out, faceset) });
  }
  facesets.sort((a, b) => compareFacesetIds(a.id, b.id));
  const missing = entries.map(({ id }) => id).filter((id) => !located.has(id));
  return { out, manifest, facesets, missing };
}

/** Why a faceset cannot be rebuilt: faces that the cache does not have would get lost. */
export function notInCache({ manifest: { faces } }: CollectionFaceset, known: number): string {
  return `${faces.length - known} of its ${faces.length} faces are not in the cache`;
}

/** Years of capture that the facesets of an output know, by the SHA-256 of the photo. */
export function yearsOf({ facesets }: Collection): Map<string, number> {
  return new Map(
    facesets.flatMap(({ manifest }) =>
      manifest.faces.flatMap(({ sha256, year }) =>
        year === undefined ? [] : [[sha256, year] as [string, number]],
      ),
    ),
  );
}
