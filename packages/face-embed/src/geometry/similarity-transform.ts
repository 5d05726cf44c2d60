import type { AffineTransform } from './affine-transform.js';

/**
 * The similarity (rotation, uniform scale, translation, no reflection) that takes the points `from` nearest to
 * the points `to` in the least-squares sense.
 *
 * Source: S. Umeyama, "Least-squares estimation of transformation parameters between two point patterns",
 * IEEE TPAMI 13(4), 1991; in the plane it has this closed form.
 *
 * @param from x, y of each point in turn
 * @param to x, y of the corresponding points; same length
 * @returns all zeros but for the translation where all points of `from` coincide.
 */
export function similarityTransform(from: ArrayLike<number>, to: ArrayLike<number>): AffineTransform {
  const count = from.length / 2;
  let fromX = 0;
  let fromY = 0;
  let toX = 0;
  let toY = 0;
  for (let i = 0; i < from.length; i += 2) {
    fromX += from[i] / count;
    fromY += from[i + 1] / count;
    toX += to[i] / count;
    toY += to[i + 1] / count;
  }
  let variance = 0;
  let cosine = 0;
  let sine = 0;
  for (let i = 0; i < from.length; i += 2) {
    const x = from[i] - fromX;
    const y = from[i + 1] - fromY;
    const u = to[i] - toX;
    const v = to[i + 1] - toY;
    variance += x * x + y * y;
    cosine += x * u + y * v;
    sine += x * v - y * u;
  }
  const a = variance > 0 ? cosine / variance : 0;
  const b = variance > 0 ? sine / variance : 0;
  return [a, -b, toX - a * fromX + b * fromY, b, a, toY - b * fromX - a * fromY];
}
