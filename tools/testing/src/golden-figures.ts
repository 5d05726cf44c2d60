/** A face as InsightFace's own code gives it; a golden file maps each photo to `{640: […], auto: […]}` of these. */
export interface GoldenFace {
  bbox: number[];
  kps: number[][];
  det_score: number;
  /** Of unit length. Absent, as all that follow, where only the detector was run. */
  normed_embedding?: number[];
  landmark_2d_106?: number[][];
  landmark_3d_68?: number[][];
  /** Degrees. */
  pose_pitch_yaw_roll?: number[];
  /** OpenCV's Laplacian variance of the gray bbox crop. */
  laplacian_var?: number;
}

/** A golden file: photo (path relative to the photo folder) → faces per detector setting. */
export type GoldenFile = Record<string, Record<string, GoldenFace[]>>;

/** The same face as the code under test gives it; flat arrays as in `FaceAnalyzer`'s results. */
export interface FoundFace {
  bbox: ArrayLike<number>;
  kps: ArrayLike<number>;
  embedding?: ArrayLike<number>;
  landmark2d106?: ArrayLike<number> | null;
  landmark3d68?: ArrayLike<number> | null;
  pose?: ArrayLike<number> | null;
  blur?: number;
}

/** How far two sets of faces agree. A figure of which there is nothing to compare is `null`. */
export interface GoldenFigures {
  photos: number;
  /** Faces of the golden file. */
  faces: number;
  /** Photos with another number of faces than in the golden file, with both numbers. */
  unequalCounts: { photo: string; golden: number; found: number }[];
  minIou: number | null;
  /** Mean distance of the five keypoints in percent of the bbox's width; the worst face. */
  maxKpsPercent: number | null;
  minCosine: number | null;
  medianCosine: number | null;
  /** Degrees; the worst angle of the worst face. */
  maxPoseError: number | null;
  /** Pixels; mean over all points of all faces (3D: distance in space). */
  meanLandmark2dError: number | null;
  meanLandmark3dError: number | null;
  /** Share, 0.01 = 1 %. */
  medianBlurError: number | null;
}

/** What the pipeline must reach: lower bounds for agreement, upper bounds for errors. */
export const GOLDEN_LIMITS = {
  minIou: 0.97,
  maxKpsPercent: 1,
  minCosine: 0.99,
  medianCosine: 0.9995,
  maxPoseError: 1,
  meanLandmark2dError: 0.5,
  meanLandmark3dError: 0.5,
  medianBlurError: 0.02,
} as const;

/** The bounds of {@link GOLDEN_LIMITS} that are not kept, a line for each. */
export function exceededLimits(figures: GoldenFigures): string[] {
  const lines = figures.unequalCounts.map(
    ({ photo, golden, found }) => `${photo}: ${found} faces found, ${golden} expected`,
  );
  for (const [name, limit] of Object.entries(GOLDEN_LIMITS)) {
    const key = name as keyof typeof GOLDEN_LIMITS;
    const value = figures[key];
    if (value === null) continue;
    const lower = key === 'minIou' || key === 'minCosine' || key === 'medianCosine';
    if (!(lower ? value >= limit : value <= limit)) {
      lines.push(`${key} is ${value}, ${lower ? 'at least' : 'at most'} ${limit} expected`);
    }
  }
  return lines;
}

/** Compares the faces found in each photo with those of a golden file; faces are paired by overlap. */
export function goldenFigures(
  photos: Iterable<{ photo: string; golden: readonly GoldenFace[]; found: readonly FoundFace[] }>,
): GoldenFigures {
  const unequalCounts: GoldenFigures['unequalCounts'] = [];
  const ious: number[] = [];
  const kps: number[] = [];
  const cosines: number[] = [];
  const poses: number[] = [];
  const landmarks2d: number[] = [];
  const landmarks3d: number[] = [];
  const blurs: number[] = [];
  let photoCount = 0;
  let faceCount = 0;
  for (const { photo, golden, found } of photos) {
    photoCount++;
    faceCount += golden.length;
    if (golden.length !== found.length) {
      unequalCounts.push({ photo, golden: golden.length, found: found.length });
    }
    const free = [...found];
    for (const face of golden) {
      if (free.length === 0) break;
      const overlaps = free.map((other) => iou(face.bbox, other.bbox));
      const best = overlaps.indexOf(Math.max(...overlaps));
      const [other] = free.splice(best, 1);
      ious.push(overlaps[best]);
      kps.push((100 * meanDistance(face.kps.flat(), other.kps, 2)) / (face.bbox[2] - face.bbox[0]));
      if (face.normed_embedding && other.embedding) {
        cosines.push(cosine(face.normed_embedding, other.embedding));
      }
      if (face.pose_pitch_yaw_roll && other.pose) {
        poses.push(...face.pose_pitch_yaw_roll.map((angle, i) => angleBetween(angle, other.pose![i])));
      }
      if (face.landmark_2d_106 && other.landmark2d106) {
        landmarks2d.push(meanDistance(face.landmark_2d_106.flat(), other.landmark2d106, 2));
      }
      if (face.landmark_3d_68 && other.landmark3d68) {
        landmarks3d.push(meanDistance(face.landmark_3d_68.flat(), other.landmark3d68, 3));
      }
      if (face.laplacian_var !== undefined && other.blur !== undefined) {
        blurs.push(Math.abs(other.blur - face.laplacian_var) / face.laplacian_var);
      }
    }
  }
  return {
    photos: photoCount,
    faces: faceCount,
    unequalCounts,
    minIou: orNull(ious, (values) => Math.min(...values)),
    maxKpsPercent: orNull(kps, (values) => Math.max(...values)),
    minCosine: orNull(cosines, (values) => Math.min(...values)),
    medianCosine: orNull(cosines, median),
    maxPoseError: orNull(poses, (values) => Math.max(...values)),
    meanLandmark2dError: orNull(landmarks2d, mean),
    meanLandmark3dError: orNull(landmarks3d, mean),
    medianBlurError: orNull(blurs, median),
  };
}

/** Intersection over union of two boxes `[x1, y1, x2, y2]`. */
export function iou(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (!(width > 0 && height > 0)) return 0;
  const area = (box: ArrayLike<number>) => (box[2] - box[0]) * (box[3] - box[1]);
  return (width * height) / (area(a) + area(b) - width * height);
}

/** Cosine similarity of two vectors. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return dot / Math.sqrt(aa * bb);
}

function meanDistance(a: readonly number[], b: ArrayLike<number>, dimensions: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += dimensions) {
    let squared = 0;
    for (let d = i; d < i + dimensions; d++) squared += (a[d] - b[d]) ** 2;
    sum += Math.sqrt(squared);
  }
  return sum / (a.length / dimensions);
}

function angleBetween(a: number, b: number): number {
  const turn = Math.abs(a - b) % 360;
  return Math.min(turn, 360 - turn);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function orNull(values: number[], figure: (values: number[]) => number): number | null {
  return values.length > 0 ? figure(values) : null;
}
