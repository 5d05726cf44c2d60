/**
 * Intersection over union of two boxes: the area that both cover, divided by the area that either covers.
 *
 * @param a `[x1, y1, x2, y2]`, in any unit
 * @param b the same, in the unit of `a`
 * @returns 0 (apart, or a number is not finite) to 1 (equal)
 */
export function iou(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (!(width > 0 && height > 0)) return 0;
  const both = width * height;
  return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both);
}
