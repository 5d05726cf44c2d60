import { z } from 'zod';
import {
  cacheRef,
  MANIFEST_SCHEMA_VERSION,
  optionValues,
  photoRef,
  rejection,
  sha256,
} from './manifest-parts.js';

/** A photo of a group of near-duplicates. */
const photo = photoRef.extend({
  /** Pixels of the upright photo. */
  width: z.int().positive(),
  height: z.int().positive(),
  /** Size of the file. */
  bytes: z.int().nonnegative(),
  /** Row in the cache of a face: of the best its largest, of a copy the same face if it was found there. */
  row: z.int().nonnegative(),
  /** `[x1, y1, x2, y2]` of that face, pixels of the upright photo. */
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  /** Mean sharpness of its faces in [0, 1); it grows with the detail that they have, not with pixels or contrast. */
  sharpness: z.number(),
});

/** `<cache>.duplicates.json`: which files hold the same photo, and which of them is the best. */
export const duplicatesManifestSchema = z.object({
  schema_version: z.literal(MANIFEST_SCHEMA_VERSION),
  kind: z.literal('duplicates'),
  cache: cacheRef,
  options: optionValues,
  summary: z.object({
    /** Photos of distinct content that were looked at, with faces or without. */
    photos: z.int().nonnegative(),
    identical_groups: z.int().nonnegative(),
    /** Files that are the same bytes as the best of their group, and how much room they take. */
    identical_copies: z.int().nonnegative(),
    identical_bytes: z.int().nonnegative(),
    near_groups: z.int().nonnegative(),
    near_copies: z.int().nonnegative(),
    near_bytes: z.int().nonnegative(),
    problems: z.int().nonnegative(),
  }),
  /** Files of the same bytes, with or without faces. */
  identical: z.array(
    z.object({
      /** `identical_001`. */
      id: z.string(),
      sha256,
      /** Size of each of the files. */
      bytes: z.int().nonnegative(),
      /** Absolute path of the one to keep: the one that all manifests name as the source. */
      best: z.string().min(1),
      why: z.string(),
      copies: z
        .array(
          z.object({
            /** Absolute path. */
            source: z.string().min(1),
            /** It is a hard or symbolic link to the best: it takes no room, and there is nothing to gain by removing it. */
            same_file: z.literal(true).optional(),
          }),
        )
        .min(1),
    }),
  ),
  /** Photos that look the same: resized, recompressed, lightly edited or (where it was asked for) mirrored. */
  near_duplicates: z.array(
    z.object({
      /** `near_001`. */
      id: z.string(),
      best: photo,
      /** Why it is the best, one line for people. */
      why: z.string(),
      copies: z
        .array(
          photo.extend({
            /** Row of the face of the best that is the same as the one in `row`. */
            best_row: z.int().nonnegative(),
            mirrored: z.boolean(),
            /** Largest cosine distance of a face to the same face in the best. */
            distance: z.number(),
            /** Bits, of 64, in which the perceptual hashes of the two photos differ. */
            hash_distance: z.int().nonnegative(),
            /** Least correlation of the pixels of a face with those in the best, -1 to 1. */
            correlation: z.number(),
            /**
             * Why it is not the best: `no-color`, `few-colors`, `more-compressed`, `noisy`, `less-detail`, `smaller`, `no-exif`,
             * `less-sharp` or `as-good`.
             */
            reason: rejection,
          }),
        )
        .min(1),
    }),
  ),
  /** Files that could not be compared: gone, changed since the cache was made, or unreadable. */
  problems: z.array(z.object({ source: z.string().min(1), message: z.string() })),
});

export type DuplicatesManifest = z.infer<typeof duplicatesManifestSchema>;
