import type { Enrichment, FaceRow } from '@face-sets/cache-npz';
import type { Rotation } from '@face-sets/photos';

export interface AnalyzePhotoOptions {
  /**
   * Look at a photo without a sure upright face at 90, 180 and 270 degrees too, and take it as its best upright face
   * stands (scans). Three more runs of the detector for each such photo. Photos with an EXIF orientation other than 1
   * stay as that says. Default false.
   */
  rotateRetry?: boolean;
  /** Pictures of more pixels are refused. Default 200,000,000. */
  limitInputPixels?: number;
}

/** What is in a photo. Coordinates are pixels of the upright photo at full size, turned by `rotation`. */
export interface PhotoResult {
  /** Pixels of the upright photo at full size, turned by `rotation`. */
  width: number;
  height: number;
  /** Best first. `bbox`, `kps` and `embedding` are buffers of their own. */
  faces: FaceRow[];
  /** The file ends early; it was decoded as far as it goes. */
  truncated: boolean;
  /** Degrees clockwise that the upright photo was turned before faces were found; 0 for nearly all photos. */
  rotation: Rotation;
}

/** Where photos are analyzed: in this thread, or in a pool of worker threads. */
export interface PhotoEngine {
  /** How many photos to submit at the same time; `prepare` may change it. */
  readonly parallel: number;
  /** Called before the first photo with the approximate number of photos, so that the engine can prepare for many. */
  prepare?(photos: number): Promise<void>;
  /**
   * Decodes a photo, finds and embeds its faces.
   *
   * @param bytes of the file. A pool takes them over: the array is empty afterward.
   * @throws {ImageDecodeError} when it is not a photo or cannot be decoded.
   */
  analyze(bytes: Uint8Array, options?: AnalyzePhotoOptions): Promise<PhotoResult>;
  /**
   * Landmarks and pose of the faces in the given boxes.
   *
   * @param boxes `[x1, y1, x2, y2]` each, as `analyze` gave them
   * @param rotation as `analyze` gave it
   */
  landmarks(
    bytes: Uint8Array,
    boxes: readonly ArrayLike<number>[],
    rotation?: Rotation,
  ): Promise<Enrichment[]>;
  /** Frees the networks. Photos in work are finished first; of those that wait, the promises are rejected. */
  close(): Promise<void>;
}
