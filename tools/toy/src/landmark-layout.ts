import { FEATURES, OUTLINE, type Point3 } from './face-geometry.js';
import { MEAN_SHAPE_68 } from './mean-shape-68.js';

const mean = (points: readonly Point3[], axis: 0 | 1 | 2): number =>
  points.reduce((sum, point) => sum + point[axis], 0) / points.length;

/**
 * The 68 landmarks in face space: the mean shape, scaled and stretched so that its eyes and its mouth corners
 * lie where a drawn face has them. Head pose is found by an affine fit, so the stretch does not disturb it.
 */
export function layout68(): Point3[] {
  const leftEye = MEAN_SHAPE_68.slice(36, 42);
  const rightEye = MEAN_SHAPE_68.slice(42, 48);
  const eyes = [...leftEye, ...rightEye];
  const mouth = [MEAN_SHAPE_68[48], MEAN_SHAPE_68[54]];
  const across = 1 / (mean(rightEye, 0) - mean(leftEye, 0));
  const down = FEATURES[3][1] / (mean(mouth, 1) - mean(eyes, 1));
  return MEAN_SHAPE_68.map(([x, y, z]) => [
    (x - mean(eyes, 0)) * across,
    (y - mean(eyes, 1)) * down,
    (z - mean(eyes, 2)) * across + FEATURES[0][2],
  ]);
}

/** Indices of the 106-point layout along each part, in the order in which the part is drawn below. */
const PARTS_106 = {
  /** From the left ear round the chin to the right ear. */
  contour: [
    1, 9, 10, 11, 12, 13, 14, 15, 16, 2, 3, 4, 5, 6, 7, 8, 0, 24, 23, 22, 21, 20, 19, 18, 32, 31, 30, 29, 28,
    27, 26, 25, 17,
  ],
  /** Clockwise from the left end; upper edge first. */
  leftBrow: { upper: [43, 48, 49, 51, 50], lower: [44, 45, 47, 46] },
  rightBrow: { upper: [102, 103, 104, 105, 101], lower: [97, 98, 99, 100] },
  /** Round the eye from its left corner over the upper lid. */
  leftEye: [35, 41, 40, 42, 39, 37, 33, 36],
  rightEye: [89, 95, 94, 96, 93, 91, 87, 90],
  pupils: { left: [34, 38], right: [88, 92] },
  bridge: [72, 73, 74, 86],
  /** Down the left side, under the nose, up the right side. */
  noseEdge: [75, 76, 77, 78, 79, 80, 85, 84, 83, 82, 81],
  /** Round the lips from the left corner over the upper lip. */
  outerLips: [52, 64, 63, 71, 67, 68, 61, 58, 59, 53, 56, 55],
  innerLips: [65, 66, 62, 70, 69, 57, 60, 54],
} as const;

/** The 106 landmarks in face space, in the order of InsightFace's 2d106det. */
export function layout106(): Point3[] {
  const points: Point3[] = Array.from({ length: 106 }, () => [0, 0, 0]);
  const ring = (indices: readonly number[], [cx, cy, z]: Point3, rx: number, ry: number) => {
    indices.forEach((index, i) => {
      const angle = Math.PI + (2 * Math.PI * i) / indices.length;
      points[index] = [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle), z];
    });
  };
  const line = (indices: readonly number[], from: Point3, to: Point3, rise = 0) => {
    indices.forEach((index, i) => {
      const t = i / (indices.length - 1);
      const [x, y, z] = from.map((value, axis) => value + t * (to[axis] - value));
      points[index] = [x, y - rise * Math.sin(Math.PI * t), z];
    });
  };

  const { center, rx, ry } = OUTLINE;
  PARTS_106.contour.forEach((index, i, all) => {
    const angle = Math.PI - (Math.PI * i) / (all.length - 1);
    const depth = 0.9 * Math.sin(angle);
    points[index] = [center[0] + rx * Math.cos(angle), center[1] + ry * Math.sin(angle), depth];
  });
  line(PARTS_106.leftBrow.upper, [-0.78, -0.24, 0.95], [-0.24, -0.26, 1], 0.1);
  line(PARTS_106.leftBrow.lower, [-0.7, -0.19, 0.95], [-0.24, -0.2, 1], 0.08);
  line(PARTS_106.rightBrow.upper, [0.24, -0.26, 1], [0.78, -0.24, 0.95], 0.1);
  line(PARTS_106.rightBrow.lower, [0.24, -0.2, 1], [0.7, -0.19, 0.95], 0.08);
  ring(PARTS_106.leftEye, FEATURES[0], 0.27, 0.22);
  ring(PARTS_106.rightEye, FEATURES[1], 0.27, 0.22);
  for (const index of PARTS_106.pupils.left) points[index] = FEATURES[0];
  for (const index of PARTS_106.pupils.right) points[index] = FEATURES[1];
  line(PARTS_106.bridge, [0, 0.05, 1.15], FEATURES[2]);
  const nose = FEATURES[2];
  PARTS_106.noseEdge.forEach((index, i, all) => {
    const angle = Math.PI - (Math.PI * i) / (all.length - 1);
    points[index] = [0.22 * Math.cos(angle), 0.25 + (nose[1] - 0.05) * Math.sin(angle), 1.1];
  });
  const lips: Point3 = [0, FEATURES[3][1], FEATURES[3][2]];
  ring(PARTS_106.outerLips, lips, FEATURES[4][0], 0.2);
  ring(PARTS_106.innerLips, lips, FEATURES[4][0] * 0.85, 0.08);
  return points;
}
