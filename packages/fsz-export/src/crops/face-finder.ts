import type { GenderAge, PixelRect, RgbImage } from '@face-sets/quality';

/** A face found in an image. */
export interface FoundFace {
  /** `[x1, y1, x2, y2]`, pixels of the image. */
  bbox: ArrayLike<number>;
  /** Five points, x and y in turn, pixels of the image. */
  kps: ArrayLike<number>;
  /** In [0, 1]. */
  detScore: number;
  /** Raw model output. */
  embedding: Float32Array;
}

/**
 * How an export decodes photos and finds faces. The caller supplies the decoder and the models, which must be those that
 * the cache was made with, since embeddings are compared.
 */
export interface FaceFinder {
  /**
   * Names the models and settings, such as their SHA-256: facesets made with another finder are rebuilt.
   * Without it only the inputs are compared.
   */
  readonly identity?: string;
  /**
   * The upright photo, turned clockwise by `rotation` degrees (default 0) where the cache says so. Throws when it cannot
   * be read.
   */
  decode(path: string, rotation?: number): Promise<RgbImage>;
  /**
   * A part of the upright photo that lies inside of it, and the size of the whole photo: faster than `decode`, since a
   * crop mostly needs no more. Used for photos that are not turned; without it they are decoded in full.
   *
   * @param size Where it is given, the part is a square, and may be resampled (as `renderCrop` does) to this side at once,
   *   which is faster than to do it afterward; a part in its own size is as good.
   */
  decodePart?(
    path: string,
    part: PixelRect,
    size?: number,
  ): Promise<{ image: RgbImage; width: number; height: number }>;
  /** Every face that the detector finds at `size`×`size`, with its embedding. */
  find(image: RgbImage, size: number): Promise<FoundFace[]>;
  /**
   * What the genderage model of the pack says of the face in a bbox (pixels of the image), or null. Without it, ReActor
   * face models have neither.
   */
  genderAge?(image: RgbImage, bbox: ArrayLike<number>): Promise<GenderAge | null>;
}
