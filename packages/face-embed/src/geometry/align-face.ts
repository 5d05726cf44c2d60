import { checkNumbers, type RgbImage } from '@face-sets/quality';
import type { AffineTransform } from './affine-transform.js';
import { similarityTransform } from './similarity-transform.js';
import { warpAffine } from './warp-affine.js';

/** Side of an aligned face in pixels: the input of every ArcFace model. */
export const ALIGNED_SIZE = 112;

/**
 * Where left eye, right eye, nose, left and right corner of the mouth come to lie in the 112×112 aligned face:
 * x, y of each (InsightFace's ArcFace template; "left" as seen in the picture).
 */
export const ARCFACE_TEMPLATE: readonly number[] = [
  38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041,
];

/**
 * The similarity transform from pixels of the picture to pixels of the aligned face.
 *
 * @param kps 10 numbers: x, y of the five keypoints, in pixels of the picture
 * @param size side of the aligned face in pixels; default {@link ALIGNED_SIZE}
 */
export function alignTransform(kps: ArrayLike<number>, size = ALIGNED_SIZE): AffineTransform {
  checkNumbers('kps', kps, 10);
  const scale = size / ALIGNED_SIZE;
  return similarityTransform(
    kps,
    ARCFACE_TEMPLATE.map((value) => value * scale),
  );
}

/**
 * Cuts out a face turned upright and scaled so that its five keypoints fit ArcFace's template; black where the
 * picture ends.
 *
 * @param kps 10 numbers: x, y of the five keypoints, in pixels of `image`
 * @param size side of the result in pixels; default {@link ALIGNED_SIZE}
 */
export function alignFace(image: RgbImage, kps: ArrayLike<number>, size = ALIGNED_SIZE): RgbImage {
  return warpAffine(image, alignTransform(kps, size), size, size);
}
