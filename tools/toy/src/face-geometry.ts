/**
 * The one description of a drawn face that the drawing and the models share.
 *
 * Face space: the unit is the distance between the eyes, the origin lies midway between them, x runs to the
 * viewer's right, y down, z toward the viewer.
 */

/** A place in face space. */
export type Point3 = readonly [x: number, y: number, z: number];

/**
 * The five features in the order of InsightFace's `kps`: left eye, right eye, nose, left and right mouth
 * corner (as the viewer sees them). Their x and y are the proportions of the ArcFace alignment template, so
 * that an aligned crop shows a drawn face straight and undistorted.
 */
export const FEATURES: readonly Point3[] = [
  [-0.5, 0, 1],
  [0.5, 0, 1],
  [0, 0.57, 1.45],
  [-0.415, 1.157, 0.9],
  [0.415, 1.157, 0.9],
];

/** The face's outline: an ellipse about `center` with the half axes `rx` and `ry`. */
export const OUTLINE = { center: [0, 0.2, 0.35] as Point3, rx: 1.2, ry: 1.62 };

/** A patch whose color is part of a person's identity: its center and its radius in face space. */
export interface Patch {
  readonly center: Point3;
  readonly radius: number;
}

/** Where the eight identity patches lie: hair, forehead, cheek and chin, left and right of each. */
export const PATCHES: readonly Patch[] = [
  { center: [-0.55, -1.18, 0.75], radius: 0.28 },
  { center: [0.55, -1.18, 0.75], radius: 0.28 },
  { center: [-0.4, -0.56, 0.95], radius: 0.27 },
  { center: [0.4, -0.56, 0.95], radius: 0.27 },
  { center: [-0.86, 0.6, 0.8], radius: 0.27 },
  { center: [0.86, 0.6, 0.8], radius: 0.27 },
  { center: [-0.3, 1.54, 0.8], radius: 0.21 },
  { center: [0.3, 1.54, 0.8], radius: 0.21 },
];

/** How a head is held, in degrees, and where it is in the picture. */
export interface HeadPose {
  /** Positive turns the nose to the viewer's right. */
  readonly yaw: number;
  /** Positive lifts the nose. */
  readonly pitch: number;
  /** Positive turns the head clockwise in the picture. */
  readonly roll: number;
  /** Where the head's origin lies, in pixels. */
  readonly x: number;
  readonly y: number;
  /** Pixels between the eyes of the face seen from the front. */
  readonly scale: number;
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** A place on the head as it is seen after turning (yaw, then pitch), still in face-space units. */
export function turn(pose: Pick<HeadPose, 'yaw' | 'pitch'>, [x, y, z]: Point3): [number, number] {
  const yaw = radians(pose.yaw);
  const pitch = radians(pose.pitch);
  const depth = -x * Math.sin(yaw) + z * Math.cos(yaw);
  return [x * Math.cos(yaw) + z * Math.sin(yaw), y * Math.cos(pitch) - depth * Math.sin(pitch)];
}

/** A place on the head in pixels of the picture (continuous: a pixel's center lies at a half). */
export function toPixels(pose: HeadPose, point: Point3): [number, number] {
  const [x, y] = turn(pose, point);
  const roll = radians(pose.roll);
  return [
    pose.x + pose.scale * (x * Math.cos(roll) - y * Math.sin(roll)),
    pose.y + pose.scale * (x * Math.sin(roll) + y * Math.cos(roll)),
  ];
}

/** The five features in pixels: `[x1, y1, … x5, y5]`. */
export function kpsOf(pose: HeadPose): number[] {
  return FEATURES.flatMap((feature) => toPixels(pose, feature));
}

/** The upright box `[x1, y1, x2, y2]` about the face's outline, in pixels. */
export function bboxOf(pose: HeadPose): number[] {
  const [cx, cy] = toPixels(pose, OUTLINE.center);
  const cos = Math.cos(radians(pose.roll));
  const sin = Math.sin(radians(pose.roll));
  const halfWidth = pose.scale * Math.hypot(OUTLINE.rx * cos, OUTLINE.ry * sin);
  const halfHeight = pose.scale * Math.hypot(OUTLINE.rx * sin, OUTLINE.ry * cos);
  return [cx - halfWidth, cy - halfHeight, cx + halfWidth, cy + halfHeight];
}
