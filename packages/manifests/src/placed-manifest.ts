import { z } from 'zod';
import {
  cacheRef,
  faceRef,
  fileError,
  imageError,
  MANIFEST_SCHEMA_VERSION,
  optionValues,
  relativePath,
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
    options: optionValues,
    /** Counts, for a quick look. */
    summary: placedSummary.extend(counts),
    /** The highest number that a group ever had here: later ones come after it. Outputs of older versions lack it. */
    highest_number: z.int().nonnegative().optional(),
    /** The output has grown by `extend`, last with these options: its numbers are kept from then on. */
    extended: optionValues.optional(),
    ...own,
    /** Photos that could not be read when the faces were looked for. */
    image_errors: z.array(imageError),
    /** Photos that could not be placed. */
    file_errors: z.array(fileError),
  });
}
