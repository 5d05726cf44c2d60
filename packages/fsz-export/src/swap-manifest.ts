import { z } from 'zod';
import {
  cacheRef,
  faceRef,
  MANIFEST_SCHEMA_VERSION,
  optionValues,
  rejection,
  relativePath,
} from './manifest-parts.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const facesetId = z.string().regex(/^faceset_\d{3,}$/, 'expected faceset_NNN');

/** A `.fsz` file. */
export const bundleSchema = z.object({
  /** Name in the faceset's folder. */
  file: relativePath,
  /** PNGs in it: the best so many. */
  faces: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  sha256,
});

/** How a crop was cut so that it holds exactly one face. */
export const cropSchema = z.object({
  /** Left, top and side of the square, whole pixels of the upright photo; it may reach outside of it. */
  region: z.tuple([z.int(), z.int(), z.int().positive()]),
  /**
   * `plain`: as asked for; `padded`: with another padding, since the face was not found again; `tightened`:
   * cut or shifted so that a second face is outside; `masked`: a second face is covered by a soft fill.
   */
  method: z.enum(['plain', 'padded', 'tightened', 'masked']),
  /** Output pixels per pixel of the photo; above 2 the crop is soft. */
  scale: z.number().positive(),
  /** Cosine distance of the face found in the crop to the face in the photo. */
  distance: z.number(),
});

/** `manifest.json` of one faceset. */
export const swapFacesetManifestSchema = z.object({
  schema_version: z.literal(MANIFEST_SCHEMA_VERSION),
  kind: z.literal('swap-faceset'),
  id: facesetId,
  status: z.enum(['ok', 'thin']),
  /** SHA-256 of everything this faceset was made from; the same inputs are not exported again. */
  inputs_sha256: sha256,
  options: optionValues,
  bundles: z.array(bundleSchema),
  /** Best first. */
  faces: z.array(
    faceRef.extend({
      rank: z.int().nonnegative(),
      file: relativePath,
      /** Composite score in [0, 1]. */
      score: z.number(),
      /** Its parts in [0, 1]; a part that could not be measured is absent. */
      parts: z.record(z.string(), z.number()),
      /** Cosine distance to the faceset's centroid. */
      distance: z.number(),
      crop: cropSchema,
    }),
  ),
  rejected: z.array(faceRef.extend({ reason: rejection })),
});

/** Top-level `manifest.json` of `export-swap`. */
export const swapManifestSchema = z.object({
  schema_version: z.literal(MANIFEST_SCHEMA_VERSION),
  kind: z.literal('export-swap'),
  cache: cacheRef,
  refine_manifest: z.object({ path: z.string().min(1), sha256 }),
  options: optionValues,
  summary: z.object({
    facesets: z.int().nonnegative(),
    thin: z.int().nonnegative(),
    empty: z.int().nonnegative(),
    faces: z.int().nonnegative(),
    rejected: z.int().nonnegative(),
    rejected_by: z.record(z.string(), z.int().positive()),
  }),
  facesets: z.array(
    z.object({
      id: facesetId,
      /** `faceset_001`, or `_thin/faceset_001`. */
      folder: relativePath,
      status: z.enum(['ok', 'thin']),
      faces: z.int().positive(),
      rejected: z.int().nonnegative(),
      inputs_sha256: sha256,
      bundles: z.array(bundleSchema),
    }),
  ),
  /** Facesets of which no face was left. */
  empty: z.array(z.object({ id: facesetId, rejected: z.array(faceRef.extend({ reason: rejection })) })),
});

export type SwapBundle = z.infer<typeof bundleSchema>;
export type SwapCrop = z.infer<typeof cropSchema>;
export type SwapFacesetManifest = z.infer<typeof swapFacesetManifestSchema>;
export type SwapManifest = z.infer<typeof swapManifestSchema>;
