/**
 * Sharpness from a face's `blur` (Laplacian variance) and size, in [0, 1): `b / (b + half)` with
 * b = blur · (shortEdge / 128)². The variance is taken between neighboring pixels, so shrinking a photo raises it although
 * detail is lost; the square of the size makes up for that. The score never saturates: of two faces of
 * a size the one with more detail is always higher, yet a noisy picture with a variance of thousands gains
 * little over a sharp one with hundreds.
 *
 * @param shortEdge the bbox's short edge in pixels, see `shortEdge`. Default 128: blur is taken as it is
 * @param half what earns 0.5. Default 150: at 128 px the gate's 40, hardly usable, then earns 0.21, and a sharp face of
 *   600 earns 0.8
 * @returns 0 where blur or size is not a positive finite number
 */
export function sharpnessScore(blur: number, shortEdge = 128, half = 150): number {
  const detail = blur * (shortEdge / 128) ** 2;
  return blur > 0 && shortEdge > 0 && Number.isFinite(detail) ? detail / (detail + half) : 0;
}
