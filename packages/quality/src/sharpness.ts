/**
 * Sharpness from a face's `blur` (Laplacian variance), in [0, 1): `blur / (blur + half)`. It never saturates, so
 * of two faces the one with more detail always scores higher, yet a noisy picture with a variance of
 * thousands gains little over a sharp one with hundreds.
 *
 * @param half blur that earns 0.5. Default 150: the gate's 40, hardly usable, then earns 0.21, and a sharp
 *   face of 600 earns 0.8
 * @returns 0 where blur is not a positive finite number
 */
export function sharpnessScore(blur: number, half = 150): number {
  return blur > 0 && Number.isFinite(blur) ? blur / (blur + half) : 0;
}
