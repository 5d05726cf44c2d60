import { z } from 'zod';
import {
  cacheRef,
  faceRef,
  fileError,
  imageError,
  MANIFEST_SCHEMA_VERSION,
  optionValues,
  relativePath,
  sha256,
} from './manifest-parts.js';

/** The kinds of output that are photos in a folder for each group of faces. */
export type PlacedKind = 'cluster' | 'refine';

/** Where something was placed: one file for each path of the photo, relative to the manifest. */
export const placedFiles = { files: z.array(relativePath) };

/** A face whose photo was placed. */
export const placedFace = faceRef.extend(placedFiles);

/** Counts that every manifest of placed photos has. */
const placedSummary = z.object({
  noface_images: z.int().nonnegative(),
  error_images: z.int().nonnegative(),
  files: z.int().nonnegative(),
  file_errors: z.int().nonnegative(),
});

/**
 * The manifest of a step that places photos into a folder for each group of faces: what all of these have in common,
 * and what this one has besides.
 *
 * @param kind The word in its `kind` field.
 * @param counts What it counts in its summary besides the common counts.
 * @param own Its own fields: the groups.
 */
export function placedManifest<K extends PlacedKind, C extends z.ZodRawShape, O extends z.ZodRawShape>(
  kind: K,
  counts: C,
  own: O,
) {
  return z.object({
    schema_version: z.literal(MANIFEST_SCHEMA_VERSION),
    kind: z.literal(kind),
    cache: cacheRef,
    /** Digest of who is who: another one means that people have changed. Absent where it is not known. */
    people_sha256: sha256.optional(),
    options: optionValues,
    /** Counts, for a quick look. */
    summary: placedSummary.extend(counts),
    /** Files of the owner's in these folders that hold photos of the cache, and were read: see `readPlacedEdits`. */
    copies: z.array(relativePath).optional(),
    ...own,
    /** Photos that could not be read when the faces were looked for. */
    image_errors: z.array(imageError),
    /** Photos that could not be placed. */
    file_errors: z.array(fileError),
  });
}
