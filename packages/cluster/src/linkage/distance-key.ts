/** Keys are distances in units of 2^-40. */
export const KEY_UNIT = 2 ** -40;

/**
 * A distance as a whole number, for comparison: distances that are equal but for rounding get equal keys, so that
 * ties are ties however a distance was computed. A distance that rounding made negative counts as 0.
 */
export function distanceKey(distance: number): number {
  return distance > 0 ? Math.round(distance / KEY_UNIT) : 0;
}
