import { z } from 'zod';
import { faceRef, facesetTraits, photoRef, relativePath } from './manifest-parts.js';
import { placedFace, placedFiles, placedManifest } from './placed-manifest.js';

/** `manifest.json` of `cluster`: who is in which photo, before any judgment of quality. */
export const clusterManifestSchema = placedManifest(
  'cluster',
  {
    people: z.int().nonnegative(),
    faces: z.int().nonnegative(),
    singletons: z.int().nonnegative(),
  },
  {
    /** By number. */
    people: z.array(
      z.object({
        /** `person_001`. */
        id: z.string(),
        /** Who it is, where that was said. */
        label: facesetTraits.label,
        folder: relativePath,
        /** In order of the cache. `files`: where the photo and its aliases are placed. */
        faces: z.array(placedFace),
      }),
    ),
    /** Faces alike to no other. */
    singletons: z.array(placedFace),
    /** Faces that are of no interest, as someone decided: their photos are not placed for them. */
    ignored: z.array(faceRef),
    /** Photos without a face. */
    noface: z.array(photoRef.extend(placedFiles)),
  },
);

export type ClusterManifest = z.infer<typeof clusterManifestSchema>;
