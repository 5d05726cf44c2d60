import type { FaceCacheData } from '@face-sets/cache-npz';
import { type Rotation, rotateImage } from '@face-sets/photos';
import type { Detection, RgbImage } from '@face-sets/quality';
import type { FaceAnalyzer } from './face-analyzer.js';

const TURNS = [90, 180, 270] as const;
/**
 * An upright face of this score settles that a photo is upright. Detectors score faces that stand upside down or lie on
 * their side up to about 0.7 and put the keypoints of some of them as if they stood: such a face settles nothing.
 */
const SURE_SCORE = 0.75;

/**
 * By how much a photo must be turned for its faces to stand upright, and the faces found then.
 *
 * Where no upright face of {@link SURE_SCORE} or more is found in the photo as it is, it is searched at the other three
 * turns too, and the one with the best {@link uprightScore} is taken; the photo stays as it is where none is better.
 *
 * @param image The photo as it is.
 * @param detections What the detector has found in it.
 */
export async function findRotation(
  image: RgbImage,
  detections: readonly Detection[],
  analyzer: Pick<FaceAnalyzer, 'detect'>,
): Promise<{ rotation: Rotation; detections: readonly Detection[] }> {
  let best: { rotation: Rotation; detections: readonly Detection[] } = { rotation: 0, detections };
  let bestScore = uprightScore(detections);
  if (bestScore >= SURE_SCORE) return best;
  for (const rotation of TURNS) {
    const found = await analyzer.detect(rotateImage(image, rotation));
    const score = uprightScore(found);
    if (score > bestScore) {
      best = { rotation, detections: found };
      bestScore = score;
    }
  }
  return best;
}

/**
 * The best score of a face that stands upright: whose mouth is below its eyes by at least as much as it is beside them
 * (a roll of 45 degrees or less). 0 where there is none. The best one and not the sum of all: turned photos show several
 * weak false faces at once more easily than one strong one.
 */
function uprightScore(detections: readonly Pick<Detection, 'kps' | 'detScore'>[]): number {
  let best = 0;
  for (const { kps, detScore } of detections) {
    const across = kps[6]! + kps[8]! - kps[0]! - kps[2]!;
    const down = kps[7]! + kps[9]! - kps[1]! - kps[3]!;
    if (down > 0 && down >= Math.abs(across)) best = Math.max(best, detScore);
  }
  return best;
}

/**
 * Photos of a cache, by their SHA-256, that `rotateRetry` would have searched at all four turns and that have not been:
 * without a sure upright face, and without a `rotation`.
 */
export function photosToTurn({
  images,
  imageIndex,
  faceCount,
  kps,
  detScore,
}: FaceCacheData<'kps' | 'detScore'>): Set<string> {
  const best = new Float64Array(images.length);
  for (let face = 0; face < faceCount; face++) {
    const image = imageIndex[face]!;
    const score = uprightScore([{ kps: kps.subarray(face * 10, face * 10 + 10), detScore: detScore[face]! }]);
    best[image] = Math.max(best[image]!, score);
  }
  const photos = images.filter(
    ({ status, superseded, rotation }, i) =>
      status !== 'error' && !superseded && rotation === undefined && best[i]! < SURE_SCORE,
  );
  return new Set(photos.map(({ sha256 }) => sha256));
}
