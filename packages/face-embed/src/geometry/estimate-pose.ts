import { InvalidArgumentError } from '@face-sets/quality';
import { MEAN_SHAPE_68 } from './mean-shape-68.js';

const POINTS = MEAN_SHAPE_68.length / 3;
const DEGREES = 180 / Math.PI;

/**
 * Head pose from the 68 3D landmarks: `[pitch, yaw, roll]` in degrees, as InsightFace gives it (pitch: nodding,
 * yaw: turning, roll: tilting toward a shoulder; 0, 0, 0 for a face that looks straight into the camera).
 *
 * The least-squares affine map from the mean face to the landmarks is reduced to a rotation (first two rows
 * made unit vectors, the third is their cross product), which is then decomposed into Euler angles.
 *
 * @param landmarks 204 numbers: x, y, z of each point, in pixels
 * @throws {InvalidArgumentError} when there are not 204 numbers.
 */
export function estimatePose(landmarks: ArrayLike<number>): Float32Array {
  if (landmarks.length !== POINTS * 3) {
    throw new InvalidArgumentError(
      `estimatePose: ${landmarks.length} numbers given, 204 (68 points × 3) expected`,
    );
  }
  const [row1, row2] = affineRows(landmarks);
  const r1 = unit(row1);
  const r2 = unit(row2);
  const r3 = cross(r1, r2);
  const horizontal = Math.hypot(r1[0], r2[0]);
  // At ±90° of yaw pitch and roll are the same turn: roll is then taken to be 0.
  const gimbalLock = horizontal < 1e-6;
  const pitch = gimbalLock ? Math.atan2(-r2[2], r2[1]) : Math.atan2(r3[1], r3[2]);
  const yaw = Math.atan2(-r3[0], horizontal);
  const roll = gimbalLock ? 0 : Math.atan2(r2[0], r1[0]);
  return Float32Array.of(pitch * DEGREES, yaw * DEGREES, roll * DEGREES);
}

type Vector = [number, number, number];

/** The linear part's first two rows (those of x and y) of the least-squares affine map. */
function affineRows(landmarks: ArrayLike<number>): [Vector, Vector] {
  // Normal equations over homogeneous mean points, with both right-hand sides: 4 rows of 4 + 2.
  const rows = Array.from({ length: 4 }, () => new Float64Array(6));
  for (let i = 0; i < POINTS; i++) {
    const point = [MEAN_SHAPE_68[i * 3], MEAN_SHAPE_68[i * 3 + 1], MEAN_SHAPE_68[i * 3 + 2], 1];
    for (let r = 0; r < 4; r++) {
      for (let c = 0; c < 4; c++) rows[r][c] += point[r] * point[c];
      rows[r][4] += point[r] * landmarks[i * 3];
      rows[r][5] += point[r] * landmarks[i * 3 + 1];
    }
  }
  // The matrix is positive definite: elimination needs no pivoting.
  for (let pivot = 0; pivot < 4; pivot++) {
    for (let r = 0; r < 4; r++) {
      if (r === pivot) continue;
      const factor = rows[r][pivot] / rows[pivot][pivot];
      for (let c = pivot; c < 6; c++) rows[r][c] -= factor * rows[pivot][c];
    }
  }
  const solution = (side: number): Vector => [
    rows[0][side] / rows[0][0],
    rows[1][side] / rows[1][1],
    rows[2][side] / rows[2][2],
  ];
  return [solution(4), solution(5)];
}

function unit(v: Vector): Vector {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
