/** A face found by the detector, in pixels of the picture given to it. */
export interface Detection {
  /** `[x1, y1, x2, y2]` in pixels; may reach beyond the picture. */
  bbox: Float32Array;
  /** Five keypoints, x, y of each in pixels: left eye, right eye, nose, left and right corner of the mouth. */
  kps: Float32Array;
  /** 0…1. */
  detScore: number;
  /** Set where another candidate scored about the same and puts the keypoints elsewhere. */
  ambiguousKeypoints?: true;
}
