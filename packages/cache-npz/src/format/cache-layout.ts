/** A face as it is added. Coordinates are pixels of the upright image. */
export interface FaceRow {
  /** `[x1, y1, x2, y2]`. */
  bbox: ArrayLike<number>;
  /** Five points, `x0, y0, … x4, y4`. */
  kps: ArrayLike<number>;
  /** Detector's confidence in [0, 1]. */
  detScore: number;
  /** Variance of the Laplacian of the gray bbox crop. */
  blur: number;
  /** Raw model output of length D, not normalized. */
  embedding: Float32Array;
}

/** Landmarks and pose of a face; `null` (a row of NaN in the file) where they could not be computed. */
export interface Enrichment {
  /** 106 points, `x0, y0, …`, in pixels of the upright image. */
  landmark2d106: Float32Array | null;
  /** 68 points, `x0, y0, z0, …`, in pixels of the upright image. */
  landmark3d68: Float32Array | null;
  /** `[pitch, yaw, roll]` in degrees. */
  pose: Float32Array | null;
}

/** The per-face arrays, flat and row by row. */
export interface FaceArrays {
  /** [N, D] raw embeddings. */
  embedding: Float32Array;
  /** [N, 4] `x1, y1, x2, y2` in pixels of the upright image. */
  bbox: Float32Array;
  /** [N, 5, 2] in pixels of the upright image. */
  kps: Float32Array;
  /** [N] in [0, 1]. */
  detScore: Float32Array;
  /** [N] variance of the Laplacian. */
  blur: Float32Array;
  /** [N, 106, 2] in pixels of the upright image, NaN where there are none; absent before any enrichment. */
  landmark2d106?: Float32Array;
  /** [N, 68, 3] in pixels of the upright image, NaN where there are none; absent before any enrichment. */
  landmark3d68?: Float32Array;
  /** [N, 3] pitch, yaw, roll in degrees, NaN where there is none; absent before any enrichment. */
  pose?: Float32Array;
}

/** Name of a per-face array in this library. */
export type FaceMember = keyof FaceArrays;

/** A per-face float32 array in the file. */
export interface FloatMember {
  /** Name in this library. */
  key: FaceMember;
  /** Name in the file, without `.npy`. */
  name: string;
  /** Shape of a row; `D` stands for the embedding length. */
  rowShape: readonly (number | 'D')[];
  /** Where a row lies in its journal record: see `journal-format.ts`. */
  place: 'embedding' | 'attributes' | 'enrichment';
  /** Offset in floats within that place. */
  offset: number;
}

/** All float arrays, in the order they lie in the file. `image_index` (int32) follows `blur`. */
export const FLOAT_MEMBERS: readonly FloatMember[] = [
  { key: 'embedding', name: 'embedding', rowShape: ['D'], place: 'embedding', offset: 0 },
  { key: 'bbox', name: 'bbox', rowShape: [4], place: 'attributes', offset: 0 },
  { key: 'kps', name: 'kps', rowShape: [5, 2], place: 'attributes', offset: 4 },
  { key: 'detScore', name: 'det_score', rowShape: [], place: 'attributes', offset: 14 },
  { key: 'blur', name: 'blur', rowShape: [], place: 'attributes', offset: 15 },
  { key: 'landmark2d106', name: 'landmark_2d_106', rowShape: [106, 2], place: 'enrichment', offset: 0 },
  { key: 'landmark3d68', name: 'landmark_3d_68', rowShape: [68, 3], place: 'enrichment', offset: 212 },
  { key: 'pose', name: 'pose', rowShape: [3], place: 'enrichment', offset: 416 },
];

/** Floats of a face's bbox, kps, det_score and blur together. */
export const ATTRIBUTE_FLOATS = 16;
/** Floats of a face's landmarks and pose together. */
export const ENRICHMENT_FLOATS = 419;

/** Name of the int32 array that gives each face's image. */
export const IMAGE_INDEX = 'image_index';
/** Name of the member with a line per image. */
export const IMAGES_FILE = 'images.jsonl';
/** Name of the member that says what the cache was made with. */
export const META_FILE = 'meta.json';

/** Shape of a member's row with the embedding length filled in. */
export function rowShapeOf(member: FloatMember, dim: number): number[] {
  return member.rowShape.map((n) => (n === 'D' ? dim : n));
}

/** Floats in a row of a member. */
export function rowFloats(member: FloatMember, dim: number): number {
  return rowShapeOf(member, dim).reduce((product, n) => product * n, 1);
}
