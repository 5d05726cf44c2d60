import { z } from 'zod';
import { facesetId, facesetOrEraId } from './faceset-id.js';
import {
  cacheRef,
  faceRef,
  facesetFolder,
  facesetTraits,
  MANIFEST_SCHEMA_VERSION,
  optionValues,
  rejection,
  relativePath,
  sha256,
} from './manifest-parts.js';

const candidatesId = z
  .string()
  .regex(/^(to_faceset_\d{3,}(_era_\d{2,})?|new_\d{3,})$/, 'expected to_faceset_NNN or new_NNN');

/** A `.fsz` file. */
export const bundleSchema = z.object({
  /** Name in the faceset's folder. */
  file: relativePath,
  /** PNGs in it. */
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
  /** `scale` is above 2. */
  upscaled: z.boolean(),
  /** Mean gray value of the face, 0 to 255. */
  luminance: z.number(),
  /** Cosine distance of the face found in the crop to the face in the photo. */
  distance: z.number(),
});

/** Faces that a tool will average, and what comes of it. */
export const faceSelectionSchema = z.object({
  /** `top30`, …, or `all`; bundles are named for it. */
  name: z.string(),
  /** How they were chosen. */
  select: z.enum(['best', 'diverse', 'all']),
  /** Their ranks, ascending. */
  ranks: z.array(z.int().nonnegative()),
  /**
   * Cosine of the mean of the raw embeddings that are found in the crops to the robust centroid: that of the unit
   * embeddings of all exported faces as they are found in their crops, without outliers.
   */
  mean_cosine: z.number(),
  /** The same to the robust centroid of these faces as they are in the photos (the cache's embeddings). */
  photo_cosine: z.number(),
  /** For each of `ranks`: that cosine with the face minus the cosine without it; negative: it pulls the mean away. */
  leave_one_out: z.array(z.number()),
});

/** The name of an export format. `fsz-export` knows which ones exist. */
const formatName = z.string().regex(/^[a-z][a-z0-9-]*$/, 'expected the name of a format');

/** What a format that has no bundles wrote into a faceset's folder. */
export const exportedSchema = z.object({
  format: formatName,
  /** Below the faceset's folder. */
  files: z.array(relativePath),
  /** Ranks of the faces in it. */
  ranks: z.array(z.int().nonnegative()),
  /**
   * Of a format that holds them: gender and age that the model guesses for the best face (gender 0 female, 1 male); null
   * where it is not known.
   */
  gender_age: z.object({ gender: z.int(), age: z.int() }).nullable().optional(),
  /** Of a format that cuts pictures of its own: how each was cut. */
  images: z
    .array(
      cropSchema
        .pick({ region: true, method: true, scale: true, upscaled: true })
        .extend({ rank: z.int().nonnegative(), file: relativePath }),
    )
    .optional(),
  /** Of such a format: faces of the selection that are not in it. */
  skipped: z.array(z.object({ rank: z.int().nonnegative(), reason: rejection })).optional(),
});

/** `manifest.json` of one faceset. */
export const swapFacesetManifestSchema = z.object({
  schema_version: z.literal(MANIFEST_SCHEMA_VERSION),
  kind: z.literal('swap-faceset'),
  /** `faceset_001` or `faceset_001_era_01`; below `_candidates/`: `to_faceset_001`, `new_001`. */
  id: z.union([facesetOrEraId, candidatesId]),
  ...facesetTraits,
  /** Who it is: the first line of `NAME.txt`, else the name that its owner gave to the folder, else `label`. */
  name: z.string().min(1).optional(),
  status: z.enum(['ok', 'thin', 'candidates']),
  /** SHA-256 of everything this faceset was made from; the same inputs are not exported again. */
  inputs_sha256: sha256,
  options: optionValues,
  bundles: z.array(bundleSchema),
  /** What the other formats wrote. */
  exports: z.array(exportedSchema),
  /** Where the mean of each bundle points, compared with where the person's faces do. */
  drift: z.object({
    /** Faces that the robust centroid was taken from: those exported, without the outliers among them. */
    centroid_faces: z.int().nonnegative(),
    /** Ranks of the outliers; a diverse selection leaves them out. */
    outliers: z.array(z.int().nonnegative()),
    selections: z.array(faceSelectionSchema),
  }),
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
      /** Year of capture, where it is known. */
      year: z.int().optional(),
      crop: cropSchema,
    }),
  ),
  rejected: z.array(
    faceRef.extend({
      reason: rejection,
      /**
       * Where `clean` put its crop, null where it had none. A face with this stays out when the faceset is exported again.
       */
      dropped: relativePath.nullable().optional(),
    }),
  ),
  /** Texts for people beside `NAME.txt`: `<label>.txt`, `<id>.txt` with the years of an era, `THIN.txt`. */
  markers: z.array(relativePath).optional(),
});

/** The part on `_candidates/`. */
export const candidatesSchema = z.object({
  /** The raw manifest that the singletons come from. */
  raw_manifest: z.object({ path: z.string().min(1), sha256 }),
  options: optionValues,
  groups: z.array(
    z.object({
      id: candidatesId,
      folder: relativePath,
      /** The faceset that they are near to; absent for a new person. */
      faceset: facesetOrEraId.optional(),
      faces: z.int().positive(),
      rejected: z.int().nonnegative(),
      inputs_sha256: sha256,
    }),
  ),
  /** Singletons that are in no group, and why. */
  rejected: z.array(faceRef.extend({ reason: rejection })),
});

/** A faceset or an era, in the top-level manifest. */
export const facesetEntrySchema = z.object({
  id: facesetOrEraId,
  /**
   * `faceset_001`, or `_thin/faceset_001`, or what its owner has made of it. It is where the faceset was when the manifest
   * was written; what counts is the id in the folder's own manifest.
   */
  folder: facesetFolder,
  ...facesetTraits,
  /** Who it is: the first line of `NAME.txt`, else the name that its owner gave to the folder, else `label`. */
  name: z.string().min(1).optional(),
  status: z.enum(['ok', 'thin']),
  faces: z.int().positive(),
  rejected: z.int().nonnegative(),
  inputs_sha256: sha256,
  bundles: z.array(bundleSchema),
  /** It joined the output by a merge: an export that is none leaves it there though its refine manifest has it not. */
  added: z.literal(true).optional(),
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
    /** Thin ones among them. */
    thin: z.int().nonnegative(),
    thin_eras: z.int().positive().optional(),
    empty: z.int().nonnegative(),
    faces: z.int().nonnegative(),
    rejected: z.int().nonnegative(),
    rejected_by: z.record(z.string(), z.int().positive()),
  }),
  /**
   * The highest number that a faceset of this output has had. New ones get numbers after it, so that none is used again.
   * Manifests of earlier versions have none: see `highestFacesetNumber`.
   */
  highest_number: z.int().nonnegative().optional(),
  facesets: z.array(facesetEntrySchema),
  /** Eras of too few faces, in `_thin/`. */
  thin_eras: z.array(facesetEntrySchema).optional(),
  /** Facesets of which no face was left. */
  empty: z.array(z.object({ id: facesetOrEraId, rejected: z.array(faceRef.extend({ reason: rejection })) })),
  /** Files of formats that write one for all people. Thin facesets are not in them. */
  embedding_files: z
    .array(
      z.object({
        format: formatName,
        file: relativePath,
        /** Ids of the facesets in it, in its order. */
        facesets: z.array(facesetOrEraId),
      }),
    )
    .optional(),
  /** Faces alone in the raw clusters that may belong to someone after all. */
  candidates: candidatesSchema.optional(),
  /** Facesets that `consolidate` joined to another. Their folders are kept. */
  merged: z.array(z.object({ id: facesetId, into: facesetId, folder: facesetFolder })).optional(),
});

export type SwapBundle = z.infer<typeof bundleSchema>;
export type FaceSelection = z.infer<typeof faceSelectionSchema>;
export type SwapExported = z.infer<typeof exportedSchema>;
export type SwapCandidates = z.infer<typeof candidatesSchema>;
export type SwapCrop = z.infer<typeof cropSchema>;
export type SwapFacesetManifest = z.infer<typeof swapFacesetManifestSchema>;
export type FacesetEntry = z.infer<typeof facesetEntrySchema>;
export type SwapManifest = z.infer<typeof swapManifestSchema>;
