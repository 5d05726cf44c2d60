import { z } from 'zod';
import { facesetOrEraId } from './faceset-id.js';
import {
  cacheRef,
  faceRef,
  facesetTraits,
  fileError,
  imageError,
  MANIFEST_SCHEMA_VERSION,
  optionValues,
  rejection,
  relativePath,
} from './manifest-parts.js';

/** What was measured of a face. */
export const qualityParts = z.object({
  /** Shorter side of the bbox, pixels. */
  short_edge: z.number(),
  /** Variance of the Laplacian in the bbox. */
  blur: z.number(),
});

/** `refine_manifest.json`: the facesets, and every face that is in none with its reason. */
export const refineManifestSchema = z.object({
  schema_version: z.literal(MANIFEST_SCHEMA_VERSION),
  kind: z.literal('refine'),
  cache: cacheRef,
  options: optionValues,
  summary: z.object({
    facesets: z.int().nonnegative(),
    faces: z.int().nonnegative(),
    rejected: z.int().nonnegative(),
    /** Number of rejected faces by `reason.code`. */
    rejected_by: z.record(z.string(), z.int().positive()),
    noface_images: z.int().nonnegative(),
    error_images: z.int().nonnegative(),
    files: z.int().nonnegative(),
    file_errors: z.int().nonnegative(),
  }),
  facesets: z.array(
    z.object({
      /** `faceset_001`; an era's is `faceset_001_era_01`. */
      id: facesetOrEraId,
      ...facesetTraits,
      folder: relativePath,
      /** Photos of distinct content. */
      unique_images: z.int().nonnegative(),
      /** In order of the cache. */
      faces: z.array(
        faceRef.extend({
          /** Cosine distance to the faceset's centroid. */
          distance: z.number(),
          quality: qualityParts,
          /** Where the photo and its aliases are placed. */
          files: z.array(relativePath),
        }),
      ),
    }),
  ),
  /** In order of the cache. */
  rejected: z.array(faceRef.extend({ reason: rejection })),
  /** Photos that could not be read when the faces were looked for. */
  image_errors: z.array(imageError),
  file_errors: z.array(fileError),
});

export type RefineManifest = z.infer<typeof refineManifestSchema>;
