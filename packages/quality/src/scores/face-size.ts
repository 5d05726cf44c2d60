import { type Bbox, shortEdge } from '../picture/rgb-image.js';

/**
 * Size of a face, in [0, 1]: the bbox's short edge against `full` pixels, at most 1.
 *
 * @param full short edge that earns 1. Default 256: with the default padding of half the face on every side, a
 *   face of that size fills its 512 px crop without being enlarged, so more pixels bring nothing
 * @returns 0 for an empty box or one with coordinates that are not finite
 */
export function faceSizeScore(bbox: Bbox, full = 256): number {
  const edge = shortEdge(bbox);
  return edge > 0 && Number.isFinite(edge) ? Math.min(1, edge / full) : 0;
}
