import type { RgbImage } from '@face-sets/quality';
import { invertAffine } from '../geometry/affine-transform.js';
import type { FaceModels } from '../models/load-models.js';
import { type CropAnswer, FaceCropModel } from './face-crop-model.js';

/** The landmark models, with the number of their points and of the coordinates of each. */
const POINTS = {
  landmark_2d_106: { count: 106, dimensions: 2 },
  landmark_3d_68: { count: 68, dimensions: 3 },
} as const;

/** Finds the landmarks of a face with one of InsightFace's two landmark models. */
export class FaceLandmarks {
  readonly #points: (typeof POINTS)[keyof typeof POINTS];
  readonly #model: FaceCropModel;

  constructor(models: FaceModels, role: keyof typeof POINTS) {
    this.#points = POINTS[role];
    this.#model = new FaceCropModel(models, role);
  }

  /**
   * The landmarks of the face in `bbox`: x, y (and z for the 3D model) of each point in turn, in pixels of
   * `image`.
   *
   * @param bbox `[x1, y1, x2, y2]` in pixels of `image`
   * @throws {InvalidArgumentError} when the bbox has no area.
   */
  async find(image: RgbImage, bbox: ArrayLike<number>): Promise<Float32Array> {
    return this.#toPicture(await this.#model.ask(image, bbox));
  }

  #toPicture({ output, transform, size }: CropAnswer): Float32Array {
    const { count, dimensions } = this.#points;
    const half = Math.floor(size / 2);
    const inverse = invertAffine(transform);
    const scale = Math.hypot(inverse[0], inverse[1]);
    // The 3D model returns a whole face mesh; its last points are the landmarks.
    const first = output.length - count * dimensions;
    const landmarks = new Float32Array(count * dimensions);
    for (let i = 0; i < landmarks.length; i += dimensions) {
      const x = (output[first + i] + 1) * half;
      const y = (output[first + i + 1] + 1) * half;
      landmarks[i] = inverse[0] * x + inverse[1] * y + inverse[2];
      landmarks[i + 1] = inverse[3] * x + inverse[4] * y + inverse[5];
      if (dimensions === 3) landmarks[i + 2] = output[first + i + 2] * half * scale;
    }
    return landmarks;
  }
}
