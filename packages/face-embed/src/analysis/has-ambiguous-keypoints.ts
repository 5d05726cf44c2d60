import type { Detection } from '@face-sets/quality';

/** Scores of the same face in two scales of a picture differ by about this much. */
const SCORE_MARGIN = 0.005;
/** Keypoints that lie further apart, as a share of the box's width, give embeddings that are no longer alike. */
const KEYPOINT_SHIFT = 0.04;

/**
 * Whether another candidate for a face scores about the same and puts a keypoint elsewhere: which of the two wins
 * is a matter of chance then, and can change with the scale of the picture.
 *
 * @param candidates best first
 * @param winner index of the face
 */
export function hasAmbiguousKeypoints(candidates: readonly Detection[], winner: number): boolean {
  const face = candidates[winner];
  const far = KEYPOINT_SHIFT * (face.bbox[2] - face.bbox[0]);
  for (let i = winner + 1; i < candidates.length; i++) {
    const rival = candidates[i];
    if (rival.detScore < face.detScore - SCORE_MARGIN) return false;
    if (sameFace(face.bbox, rival.bbox) && keypointShift(face.kps, rival.kps) > far) return true;
  }
  return false;
}

/** Whether each box has the other's middle inside. */
function sameFace(a: Float32Array, b: Float32Array): boolean {
  const inside = (box: Float32Array, other: Float32Array) => {
    const x = (other[0] + other[2]) / 2;
    const y = (other[1] + other[3]) / 2;
    return x > box[0] && x < box[2] && y > box[1] && y < box[3];
  };
  return inside(a, b) && inside(b, a);
}

function keypointShift(a: Float32Array, b: Float32Array): number {
  let most = 0;
  for (let i = 0; i < a.length; i += 2) most = Math.max(most, Math.hypot(a[i] - b[i], a[i + 1] - b[i + 1]));
  return most;
}
