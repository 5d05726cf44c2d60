import { z } from 'zod';
import { facesetId, facesetOrEraId } from './faceset-id.js';
import { cacheRef, MANIFEST_SCHEMA_VERSION, optionValues } from './manifest-parts.js';

/** A unit vector: little-endian float32 in base64. */
const vector = z.base64().min(4);
/** First and last year; null where none is known. */
const span = z.tuple([z.int(), z.int()]).nullable();

/** `_eras/<faceset>/eras.json`: how a person was split by age, and what new faces are measured against. */
export const erasManifestSchema = z.object({
  schema_version: z.literal(MANIFEST_SCHEMA_VERSION),
  kind: z.literal('eras'),
  /** The faceset that was split. */
  faceset: facesetId,
  cache: cacheRef,
  options: optionValues,
  /** Folders that faces were looked for in. */
  sources: z.array(z.string().min(1)).min(1),
  /** Centroid of the curated faceset. */
  seed_centroid: vector,
  /** Centroid of what was recovered. */
  center: vector,
  summary: z.object({
    /** Faces below the sources. */
    candidates: z.int().nonnegative(),
    /** Of them, those near enough to the curated faceset. */
    recovered: z.int().nonnegative(),
    /** Near enough too, but elsewhere. */
    elsewhere: z.int().nonnegative(),
    eras: z.int().nonnegative(),
    /** Faces in eras. */
    faces: z.int().nonnegative(),
    /** Of them, those of known year. */
    dated: z.int().nonnegative(),
    /** Of the recovered faces and those of the curated faceset. */
    rejected: z.int().nonnegative(),
    rejected_by: z.record(z.string(), z.int().positive()),
  }),
  /** The highest number that an era of the faceset has had, so that none is used again. */
  highest_number: z.int().nonnegative(),
  /** In order of their ids. */
  eras: z.array(
    z.object({
      id: facesetOrEraId,
      /** Its first sub-cluster was large enough to be joined. */
      anchor: z.boolean(),
      /** Of its first sub-cluster; never moved by what joins. */
      centroid: vector,
      /** Dominant year of its first sub-cluster; null where none is known. */
      year: z.int().nullable(),
      /** Years of all its faces. */
      years: span,
      /** Faces of its first sub-cluster. */
      core: z.int().positive(),
      faces: z.int().positive(),
    }),
  ),
  /** Sub-clusters that were not anchors, and what became of them. */
  fragments: z.array(
    z.object({
      /** The era that it joined or is; null where it is left out as too small. */
      era: facesetOrEraId.nullable(),
      /** Why it joined none: `no-anchor`, `too-far`, `no-year`, `years-apart`; null where it joined. */
      unmatched: z.enum(['no-anchor', 'too-far', 'no-year', 'years-apart']).nullable(),
      faces: z.int().positive(),
      year: z.int().nullable(),
      /** The nearest era that could be joined. */
      nearest: facesetOrEraId.nullable(),
      /** Cosine distance of the centroids. */
      distance: z.number().nullable(),
      /** Difference of the dominant years. */
      year_gap: z.number().nullable(),
    }),
  ),
});

export type ErasManifest = z.infer<typeof erasManifestSchema>;

/** A vector as the manifest keeps it. */
export function encodeVector(values: Float32Array): string {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeFloatLE(value, 4 * i);
  });
  return bytes.toString('base64');
}

/** The vector that {@link encodeVector} wrote. */
export function decodeVector(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return Float32Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readFloatLE(4 * i));
}
