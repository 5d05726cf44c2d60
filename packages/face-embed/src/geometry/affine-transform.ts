/**
 * A 2×3 matrix, row by row: `[a, b, c, d, e, f]` takes the point (x, y) to (a·x + b·y + c, d·x + e·y + f).
 */
export type AffineTransform = readonly [number, number, number, number, number, number];

/**
 * The transform that undoes `m`; all zeros where `m` has no inverse (as OpenCV's `invertAffineTransform`).
 */
export function invertAffine(m: AffineTransform): AffineTransform {
  const determinant = m[0] * m[4] - m[1] * m[3];
  const d = determinant !== 0 ? 1 / determinant : 0;
  const a = m[4] * d;
  const e = m[0] * d;
  const b = -m[1] * d;
  const c = -m[3] * d;
  return [a, b, -a * m[2] - b * m[5], c, e, -c * m[2] - e * m[5]];
}
