/** Landmarks of one face, flat and row-major, in pixels; whichever are at hand. */
export interface FaceLandmarks {
  /** 68×3 (x, y, z): the customary 68 points, seen from the camera. */
  landmark3d68?: ArrayLike<number> | null;
  /** 5×2: left eye, right eye, nose, left and right mouth corner, as the detector gives them. */
  kps?: ArrayLike<number> | null;
}

/**
 * How symmetric a face's landmarks are in the image, in [0, 1]; falls with turning away from the camera, with
 * a grimace, and with landmarks that slipped.
 *
 * The landmarks are mirrored, left and right swapped, and laid over the original as well as a shift, a turn
 * and a scaling can (Procrustes superimposition of an object with its relabeled reflection: Mardia,
 * Bookstein and Moreton, "Statistical assessment of bilateral symmetry of shapes", 2000). The score is 1 minus
 * the root of the share of variance that stays unexplained: 1 is a perfect mirror image. Where the face
 * is, how large it is and how it is rotated in the image plane do not matter.
 *
 * Uses x and y of the 68 points where they are all finite, or else the 5 `kps`, whose score falls
 * more slowly (yaw of 30°: about 0.5 and 0.7). The 106 points are not used: the 68 say the same, and
 * their order is the documented one.
 *
 * @returns 0 where neither set is there and finite, or all its points are in one place
 */
export function landmarkSymmetry(landmarks: FaceLandmarks): number {
  const { landmark3d68, kps } = landmarks;
  if (usable(landmark3d68, 204)) return mirrorMatch(landmark3d68, 3, MIRROR_68);
  if (usable(kps, 10)) return mirrorMatch(kps, 2, MIRROR_5);
  return 0;
}

/** For each of the 5 kps, the one on the other side of the face. */
const MIRROR_5 = [1, 0, 2, 4, 3];

/** For each of the 68 points, the one on the other side of the face (itself on the middle line). */
const MIRROR_68 = mirrorOf([
  ...pairs([0, 1, 2, 3, 4, 5, 6, 7], [16, 15, 14, 13, 12, 11, 10, 9]), // jaw
  ...pairs([17, 18, 19, 20, 21], [26, 25, 24, 23, 22]), // eyebrows
  ...pairs([31, 32], [35, 34]), // nostrils
  ...pairs([36, 37, 38, 39, 40, 41], [45, 44, 43, 42, 47, 46]), // eyes
  ...pairs([48, 49, 50, 58, 59], [54, 53, 52, 56, 55]), // outer lips
  ...pairs([60, 61, 67], [64, 63, 65]), // inner lips
]);

function pairs(left: number[], right: number[]): [number, number][] {
  return left.map((point, i) => [point, right[i]]);
}

function mirrorOf(sides: [number, number][]): number[] {
  const mirror = Array.from({ length: 68 }, (_, point) => point);
  for (const [left, right] of sides) {
    mirror[left] = right;
    mirror[right] = left;
  }
  return mirror;
}

function usable(points: ArrayLike<number> | null | undefined, length: number): points is ArrayLike<number> {
  return points?.length === length && Array.prototype.every.call(points, Number.isFinite);
}

/**
 * In complex numbers: with centered points z and their mirror image w, the best rotation and scale of w onto z
 * leaves 1 − |Σ z·conj(w)|² / (Σ|z|²)² of the variance.
 */
function mirrorMatch(points: ArrayLike<number>, stride: number, mirror: readonly number[]): number {
  const count = mirror.length;
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < count; i++) {
    meanX += points[i * stride] / count;
    meanY += points[i * stride + 1] / count;
  }
  let real = 0;
  let imaginary = 0;
  let total = 0;
  for (let i = 0; i < count; i++) {
    const x = points[i * stride] - meanX;
    const y = points[i * stride + 1] - meanY;
    const mirrorX = meanX - points[mirror[i] * stride];
    const mirrorY = points[mirror[i] * stride + 1] - meanY;
    real += x * mirrorX + y * mirrorY;
    imaginary += y * mirrorX - x * mirrorY;
    total += x * x + y * y;
  }
  if (!(total > 0)) return 0;
  const explained = (real * real + imaginary * imaginary) / (total * total);
  return 1 - Math.sqrt(Math.max(0, 1 - explained));
}
