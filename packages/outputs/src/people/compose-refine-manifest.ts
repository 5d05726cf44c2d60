import { createHash } from 'node:crypto';
import { type CacheView, cacheWith } from '@face-sets/cache-npz';
import {
  type CacheRef,
  checkManifest,
  type FacesetTraits,
  faceRefOf,
  MANIFEST_SCHEMA_VERSION,
  manifestJson,
  namedOptions,
  type OptionValues,
  type RefineManifest,
  type Rejection,
} from '@face-sets/manifests';
import { refinedFace, refinedSummary } from './refined-face.js';

/** A faceset that was found by other means than refining. */
export interface ComposedFaceset extends FacesetTraits {
  /** `faceset_001`, or of an era `faceset_001_era_01`. */
  id: string;
  /** Its faces and their cosine distances to its centroid. */
  faces: readonly { row: number; distance: number }[];
}

export interface ComposeRefineManifestInput {
  /** Needs `bbox`, `detScore` and `blur`. */
  cache: CacheView;
  /** Where the cache is and what it was. */
  cacheFile: Pick<CacheRef, 'path' | 'sha256'>;
  /** What the facesets were found with. */
  options: OptionValues;
  facesets: readonly ComposedFaceset[];
  /** Faces that were looked at and are in none. */
  rejected: readonly { row: number; reason: Rejection }[];
}

/**
 * A refine manifest of facesets that come from elsewhere, so that `exportSwap` can export them. No photo is placed for
 * it, and it counts only the faces that it lists.
 *
 * @returns The manifest, and the SHA-256 of the file that `writeManifest` makes of it.
 * @throws ManifestError when an id or a label is none.
 */
export function composeRefineManifest(input: ComposeRefineManifestInput): {
  manifest: RefineManifest;
  sha256: string;
} {
  const cache = cacheWith(input.cache, 'bbox', 'detScore', 'blur');
  const inOrder = <T extends { row: number }>(rows: readonly T[]) => [...rows].sort((a, b) => a.row - b.row);
  const rejected = inOrder(input.rejected).map(({ row, reason }) => ({ ...faceRefOf(cache, row), reason }));
  const facesets = input.facesets.map(({ faces, id, ...traits }) => ({
    id,
    ...traits,
    folder: id,
    unique_images: new Set(faces.map(({ row }) => cache.imageIndex[row])).size,
    faces: inOrder(faces).map(({ row, distance }) => refinedFace(cache, row, distance, [])),
  }));
  const composed = {
    schema_version: MANIFEST_SCHEMA_VERSION,
    kind: 'refine',
    cache: { ...input.cacheFile, faces: cache.faceCount, images: cache.images.length },
    options: namedOptions(input.options),
    summary: {
      ...refinedSummary(facesets, rejected),
      noface_images: 0,
      error_images: 0,
      files: 0,
      file_errors: 0,
    },
    facesets,
    rejected,
    image_errors: [],
    file_errors: [],
  };
  const manifest = checkManifest(composed, 'refine', 'the composed refine manifest');
  const hash = createHash('sha256');
  for (const piece of manifestJson(manifest)) hash.update(piece);
  return { manifest, sha256: hash.digest('hex') };
}
