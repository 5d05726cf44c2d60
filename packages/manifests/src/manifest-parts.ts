import { z } from 'zod';
import { facesetId } from './faceset-id.js';

/** The version of all manifest schemas; raised when a reader of the old one would misread the new one. */
export const MANIFEST_SCHEMA_VERSION = 1;

/** SHA-256 in lower-case hexadecimal. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits');

/**
 * A path below the folder of the manifest, with `/`. Nothing that leads out of it is accepted, since files
 * named in an earlier manifest may be removed.
 */
export const relativePath = z
  .string()
  .min(1)
  .refine(
    (path) =>
      !/[\\:\0]/.test(path) &&
      path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..'),
    'expected a relative path below the output folder',
  );

/**
 * The folder of a faceset below the manifest's, with `/`. Its last part may be a name that its owner gave, so what the
 * system allows in names is allowed.
 */
export const facesetFolder = z
  .string()
  .min(1)
  .refine(
    (path) =>
      !(process.platform === 'win32' ? /[\\:\0]/ : /\0/).test(path) &&
      path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..'),
    'expected a folder below the output folder',
  );

/** Properties of a faceset besides its faces. */
export const facesetTraits = {
  /** Who it is, from whoever made the refine manifest: its `NAME.txt` until the owner writes another name. */
  label: z
    .string()
    .regex(/^(?=\S)[^\p{Cc}]*(?<=\S)$/u, 'expected one line of text without spaces around it')
    .optional(),
  /** The faceset of whose person this is one age. */
  era_of: facesetId.optional(),
  /** First and last year of capture of an era; null where none is known. */
  years: z
    .tuple([z.int(), z.int()])
    .refine(([first, last]) => first <= last, 'expected the first year before the last')
    .nullable()
    .optional(),
};

/** The photo (one content) that something came from. */
export const photoRef = z.object({
  /** SHA-256 of the file. */
  sha256,
  /** Absolute path. */
  source: z.string().min(1),
  /** Other absolute paths with the same content. */
  aliases: z.array(z.string().min(1)),
});

/** A face of the cache and its photo. */
export const faceRef = photoRef.extend({
  /** Row in the cache. */
  row: z.int().nonnegative(),
  /** `[x1, y1, x2, y2]`, pixels of the upright photo. */
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  det_score: z.number(),
});

/** The cache a manifest was made from. */
export const cacheRef = z.object({
  /** Absolute path. */
  path: z.string().min(1),
  /** SHA-256 of the file when it was read. */
  sha256,
  faces: z.int().nonnegative(),
  images: z.int().nonnegative(),
});

/** Why a face is not in a faceset. */
export const rejection = z.object({
  /** What failed: `short-edge`, `blur`, `det-score`, `outlier`, `few-images`, `same-image`, … */
  code: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected a word such as short-edge'),
  /** The measured value, if it is a number. */
  value: z.number().optional(),
  /** What it was measured against. */
  limit: z.number().optional(),
  /** Row of the face that is exported in its place, with `same-image` and `near-duplicate`. */
  represented_by: z.int().nonnegative().optional(),
  /** One line for people. */
  message: z.string(),
});

/** A photo that could not be read when the faces were looked for. */
export const imageError = photoRef.omit({ sha256: true }).extend({ error: z.string() });

/** A photo that could not be placed in the output. */
export const fileError = z.object({
  source: z.string().min(1),
  file: relativePath,
  reason: z.enum(['source-missing', 'source-changed', 'source-unreadable', 'foreign-file', 'write-failed']),
  message: z.string(),
});

/** Options as they were in force: the library's names in snake_case, values as given or defaulted. */
export const optionValues = z.record(
  z.string(),
  z.union([z.number(), z.string(), z.boolean(), z.array(z.number()), z.array(z.string()), z.null()]),
);

export type FacesetTraits = z.infer<z.ZodObject<typeof facesetTraits>>;
export type PhotoRef = z.infer<typeof photoRef>;
export type FaceRef = z.infer<typeof faceRef>;
export type CacheRef = z.infer<typeof cacheRef>;
export type Rejection = z.infer<typeof rejection>;
export type ImageErrorEntry = z.infer<typeof imageError>;
export type FileErrorEntry = z.infer<typeof fileError>;
export type OptionValues = z.infer<typeof optionValues>;
