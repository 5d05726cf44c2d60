import { FEATURES, type Point3 } from './face-geometry.js';
import { type Matrix, pseudoInverse } from './least-squares.js';

/**
 * A face found in a picture is described by six numbers `[a, b, tx, ty, dx, dy]`: a point (X, Y, Z) of face
 * space appears at
 *
 *     x = tx + a·X − b·Y + dx·Z
 *     y = ty + b·X + a·Y + dy·Z
 *
 * that is, a similarity of the plane (`a`, `b`, `tx`, `ty`) and the shift that turning the head gives to
 * points by their depth (`dx`, `dy`), exact for small turns. It is linear, so the five features determine
 * it by least squares, and every other point of the face follows from it by a constant matrix.
 */
export const FIT_SIZE = 6;

/** Rows that turn the six numbers into the places of points: all x first, then all y. */
export function placeRows(points: readonly Point3[]): number[][] {
  return [
    ...points.map(([x, y, z]) => [x, -y, 1, 0, z, 0]),
    ...points.map(([x, y, z]) => [y, x, 0, 1, 0, z]),
  ];
}

/** From the five features (x1…x5, y1…y5) to the six numbers. */
export const FIT: Matrix = pseudoInverse(placeRows(FEATURES));
