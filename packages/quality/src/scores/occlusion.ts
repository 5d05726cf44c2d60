import type { Bbox } from '../picture/rgb-image.js';

/**
 * A hint that something covers a face, or that it is cut off, in [0, 1]: 0 nothing speaks for it, 1 much does. Detectors
 * are less sure of covered faces, and their landmarks crowd together where parts cannot be seen: the hint
 * is 1 − (det_score from 0.5 to 0.7, as 0 to 1) · (spread of landmarks from 0.2 to 0.36, as 0 to 1), where the spread is
 * the root of the share of the bbox that the quadrangle of eyes and mouth corners fills (0.36 to 0.40 in ordinary faces).
 * A hint, not a measurement: a profile crowds its landmarks too.
 *
 * @param kps 5×2 keypoints, flat: left eye, right eye, nose, left and right mouth corner
 * @returns 1 where a number is missing or not finite, or the box is empty
 */
export function occlusionHint(face: { bbox: Bbox; kps: ArrayLike<number>; detScore: number }): number {
  const { bbox, kps, detScore } = face;
  const area = (bbox[2] - bbox[0]) * (bbox[3] - bbox[1]);
  let twice = 0;
  for (let i = 0; i < 4; i++) {
    const [a, b] = [CORNERS[i], CORNERS[(i + 1) % 4]];
    twice += kps[2 * a] * kps[2 * b + 1] - kps[2 * b] * kps[2 * a + 1];
  }
  const spread = Math.sqrt(Math.abs(twice) / 2 / area);
  const sure = ramp(detScore, 0.5, 0.7) * ramp(spread, 0.2, 0.36);
  return area > 0 && Number.isFinite(sure) ? 1 - sure : 1;
}

/** Eyes and mouth corners, in order around the face. */
const CORNERS = [0, 1, 4, 3];

function ramp(value: number, from: number, to: number): number {
  return Math.max(0, Math.min(1, (value - from) / (to - from)));
}
