import { z } from 'zod';
import { facesetOrEraId } from './faceset-id.js';
import { faceRef, facesetTraits, rejection, relativePath } from './manifest-parts.js';
import { placedFace, placedManifest } from './placed-manifest.js';

/** What was measured of a face. */
const qualityParts = z.object({
  /** Shorter side of the bbox, pixels. */
  short_edge: z.number(),
  /** Variance of the Laplacian in the bbox. */
  blur: z.number(),
});

/** `refine_manifest.json`: the facesets, and every face that is in none with its reason. */
export const refineManifestSchema = placedManifest(
  'refine',
  {
    facesets: z.int().nonnegative(),
    faces: z.int().nonnegative(),
    rejected: z.int().nonnegative(),
    /** Number of rejected faces by `reason.code`. */
    rejected_by: z.record(z.string(), z.int().positive()),
  },
  {
    facesets: z.array(
      z.object({
        /** `faceset_001`; an era's is `faceset_001_era_01`. */
        id: facesetOrEraId,
        ...facesetTraits,
        folder: relativePath,
        /** Photos of distinct content. */
        unique_images: z.int().nonnegative(),
        /** In order of the cache. `files`: where the photo and its aliases are placed. */
        faces: z.array(
          placedFace.extend({
            /** Cosine distance to the faceset's centroid. */
            distance: z.number(),
            quality: qualityParts,
          }),
        ),
      }),
    ),
    /** In order of the cache. */
    rejected: z.array(
      faceRef.extend({
        reason: rejection,
        /** Number of the face's person; absent where it is no one's, or not known. */
        person: z.int().positive().optional(),
      }),
    ),
  },
);

export type RefineManifest = z.infer<typeof refineManifestSchema>;
