/**
 * How far a face looks into the camera, in [0, 1]: `1 − angle / 90°`, where the angle is between the
 * direction of the face and the camera, `acos(cos yaw · cos pitch)`. 1 looks straight at the camera, 0.5 is
 * turned by 45°, 0 is a profile or more. Linear in the angle, because a cosine hardly falls where it matters.
 * Roll does not count: alignment undoes a rotation in the image plane.
 *
 * @param pose `[pitch, yaw, roll]` in degrees
 * @returns 0 where pose is missing or not finite: what was not measured earns nothing
 */
export function frontality(pose: ArrayLike<number> | null | undefined): number {
  if (!pose || !Number.isFinite(pose[0]) || !Number.isFinite(pose[1])) return 0;
  const toward = Math.cos((pose[0] * Math.PI) / 180) * Math.cos((pose[1] * Math.PI) / 180);
  const degrees = (Math.acos(Math.max(-1, Math.min(1, toward))) * 180) / Math.PI;
  return Math.max(0, 1 - degrees / 90);
}
