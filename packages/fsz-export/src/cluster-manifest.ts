import { z } from 'zod';
import {
  cacheRef,
  faceRef,
  fileError,
  imageError,
  MANIFEST_SCHEMA_VERSION,
  optionValues,
  photoRef,
  relativePath,
} from './manifest-parts.js';

const placed = { files: z.array(relativePath) };

/** `manifest.json` of `cluster`: who is in which photo, before any judgement of quality. */
export const clusterManifestSchema = z.object({
  schema_version: z.literal(MANIFEST_SCHEMA_VERSION),
  kind: z.literal('cluster'),
  cache: cacheRef,
  options: optionValues,
  /** Counts, for a quick look. */
  summary: z.object({
    people: z.int().nonnegative(),
    faces: z.int().nonnegative(),
    singletons: z.int().nonnegative(),
    noface_images: z.int().nonnegative(),
    error_images: z.int().nonnegative(),
    files: z.int().nonnegative(),
    file_errors: z.int().nonnegative(),
  }),
  /** Most faces first. */
  people: z.array(
    z.object({
      /** `person_001`. */
      id: z.string(),
      folder: relativePath,
      /** In order of the cache. `files`: where the photo and its aliases are placed. */
      faces: z.array(faceRef.extend(placed)),
    }),
  ),
  /** Faces alike to no other. */
  singletons: z.array(faceRef.extend(placed)),
  /** Photos without a face. */
  noface: z.array(photoRef.extend(placed)),
  /** Photos that could not be read. */
  image_errors: z.array(imageError),
  /** Photos that could not be placed. */
  file_errors: z.array(fileError),
});

export type ClusterManifest = z.infer<typeof clusterManifestSchema>;
