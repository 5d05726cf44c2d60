import { onceAsync } from '@face-sets/photos';
import {
  InvalidArgumentError,
  normalizationTable,
  type RgbImage,
  writeChannelPlanes,
} from '@face-sets/quality';
import type { InferenceSession } from 'onnxruntime-node';
import type { AffineTransform } from '../geometry/affine-transform.js';
import { FloatPool } from '../geometry/float-pool.js';
import { landmarkCrop } from '../geometry/landmark-crop.js';
import { warpAffine } from '../geometry/warp-affine.js';
import { landmarkNormalization } from '../models/input-normalization.js';
import { type FaceModels, ModelLoadError } from '../models/load-models.js';
import type { ModelRole } from '../models/model-router.js';
import { runNetwork } from '../models/run-network.js';

interface Head {
  session: InferenceSession;
  table: Float32Array;
  /** Side of the crop in pixels. */
  size: number;
}

/** The output of a network for a crop. */
export interface CropAnswer {
  /** The network's first output. */
  output: Float32Array;
  /** From pixels of the picture to those of the crop. */
  transform: AffineTransform;
  /** Side of the crop in pixels. */
  size: number;
}

/** A network of a pack that looks at the square crop around a face (see `landmarkCrop`): landmarks, gender and age. */
export class FaceCropModel {
  readonly #models: FaceModels;
  readonly #role: ModelRole;
  readonly #inputs = new FloatPool();
  readonly #head = onceAsync(() => this.#open());

  constructor(models: FaceModels, role: ModelRole) {
    this.#models = models;
    this.#role = role;
  }

  /**
   * Runs the network on the face in `bbox`.
   *
   * @param bbox `[x1, y1, x2, y2]` in pixels of `image`
   * @throws {InvalidArgumentError} when the bbox has no area.
   */
  async ask(image: RgbImage, bbox: ArrayLike<number>): Promise<CropAnswer> {
    if (!(bbox[2] > bbox[0] && bbox[3] > bbox[1])) {
      throw new InvalidArgumentError(`${this.#role}: the bbox [${Array.from(bbox).join(', ')}] has no area`);
    }
    const { session, table, size } = await this.#head();
    const transform = landmarkCrop(bbox, size);
    const crop = warpAffine(image, transform, size, size);
    return this.#inputs.lend(3 * size * size, async (input) => {
      writeChannelPlanes(crop, table, input);
      const [output] = await runNetwork(session, input, [1, 3, size, size]);
      return { output, transform, size };
    });
  }

  async #open(): Promise<Head> {
    const session = await this.#models.session(this.#role);
    const graph = await this.#models.graph(this.#role);
    const size = graph.inputs[0].shape?.[2];
    if (typeof size !== 'number') {
      throw new ModelLoadError(`${this.#models.path(this.#role)}: the size of its input is not fixed`);
    }
    return { session, table: normalizationTable(landmarkNormalization(graph)), size };
  }
}
