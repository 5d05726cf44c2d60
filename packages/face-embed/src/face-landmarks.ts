import type { RgbImage } from '@face-sets/quality';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { invertAffine } from './affine-transform.js';
import { normalisationTable, writeChannelPlanes } from './channel-planes.js';
import { FloatPool } from './float-pool.js';
import { landmarkNormalisation } from './input-normalisation.js';
import { landmarkCrop } from './landmark-crop.js';
import { type FaceModels, ModelLoadError } from './load-models.js';
import { onceAsync } from './once-async.js';
import { warpAffine } from './warp-affine.js';

/** The landmark models, with the number of their points and of the coordinates of each. */
const POINTS = {
  landmark_2d_106: { count: 106, dimensions: 2 },
  landmark_3d_68: { count: 68, dimensions: 3 },
} as const;

interface Head {
  session: InferenceSession;
  table: Float32Array;
  /** Side of the crop in pixels. */
  size: number;
}

/** Finds the landmarks of a face with one of InsightFace's two landmark models. */
export class FaceLandmarks {
  readonly #models: FaceModels;
  readonly #role: keyof typeof POINTS;
  readonly #inputs = new FloatPool();
  readonly #head = onceAsync(() => this.#open());

  constructor(models: FaceModels, role: keyof typeof POINTS) {
    this.#models = models;
    this.#role = role;
  }

  /**
   * The landmarks of the face in `bbox`: x, y (and z for the 3D model) of each point in turn, in pixels of
   * `image`.
   *
   * @param bbox `[x1, y1, x2, y2]` in pixels of `image`
   * @throws {RangeError} when the bbox has no area.
   */
  async find(image: RgbImage, bbox: ArrayLike<number>): Promise<Float32Array> {
    const x1 = bbox[0];
    const y1 = bbox[1];
    if (!(bbox[2] > x1 && bbox[3] > y1)) {
      throw new RangeError(`landmarks: the bbox [${Array.from(bbox).join(', ')}] has no area`);
    }
    const { session, table, size } = await this.#head();
    const transform = landmarkCrop(bbox, size);
    const crop = warpAffine(image, transform, size, size);
    const input = this.#inputs.take(3 * size * size);
    try {
      writeChannelPlanes(crop, table, input);
      const shape = [1, 3, size, size];
      const outputs = await session.run({ [session.inputNames[0]]: new Tensor('float32', input, shape) });
      return this.#toPicture(outputs[session.outputNames[0]].data as Float32Array, transform, size);
    } finally {
      this.#inputs.give(input);
    }
  }

  #toPicture(output: Float32Array, transform: ReturnType<typeof landmarkCrop>, size: number): Float32Array {
    const { count, dimensions } = POINTS[this.#role];
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

  async #open(): Promise<Head> {
    const session = await this.#models.session(this.#role);
    const graph = await this.#models.graph(this.#role);
    const size = graph.inputs[0].shape?.[2];
    if (typeof size !== 'number') {
      throw new ModelLoadError(`${this.#models.path(this.#role)}: the size of its input is not fixed`);
    }
    return { session, table: normalisationTable(landmarkNormalisation(graph)), size };
  }
}
