import { onceAsync } from '@face-sets/photos';
import {
  InvalidArgumentError,
  normalizationTable,
  type RgbImage,
  writeChannelPlanes,
} from '@face-sets/quality';
import type { InferenceSession } from 'onnxruntime-node';
import { ALIGNED_SIZE, alignFace } from '../geometry/align-face.js';
import { FloatPool } from '../geometry/float-pool.js';
import { recognitionNormalization } from '../models/input-normalization.js';
import type { FaceModels } from '../models/load-models.js';
import { runNetwork } from '../models/run-network.js';

/** Faces in one network call, where the graph takes more than one: more brings no speed, only memory. */
const BATCH = 8;
const FACE_VALUES = 3 * ALIGNED_SIZE * ALIGNED_SIZE;

interface Head {
  session: InferenceSession;
  table: Float32Array;
  batch: number;
}

/** Embeds faces with an ArcFace model. */
export class FaceEmbedder {
  readonly #models: FaceModels;
  readonly #inputs = new FloatPool();
  readonly #head = onceAsync(() => this.#open());

  constructor(models: FaceModels) {
    this.#models = models;
  }

  /**
   * The raw embedding (not normalized) of each face, in the order given.
   *
   * @param kps five keypoints of each face, x, y in turn, in pixels of `image`
   */
  embed(image: RgbImage, kps: readonly ArrayLike<number>[]): Promise<Float32Array[]> {
    return this.embedAligned(kps.map((points) => alignFace(image, points)));
  }

  /** Length of an embedding. */
  async dim(): Promise<number> {
    const { outputs } = await this.#models.graph('recognition');
    const dim = outputs[0].shape?.at(-1);
    if (typeof dim === 'number' && dim > 0) return dim;
    // The graph does not say: any face tells.
    const data = new Uint8Array(FACE_VALUES);
    const [embedding] = await this.embedAligned([{ data, width: ALIGNED_SIZE, height: ALIGNED_SIZE }]);
    return embedding.length;
  }

  /**
   * The raw embedding of faces cut out with `alignFace`.
   *
   * @throws {InvalidArgumentError} when one of them is not 112×112.
   */
  async embedAligned(faces: readonly RgbImage[]): Promise<Float32Array[]> {
    for (const { width, height } of faces) {
      if (width !== ALIGNED_SIZE || height !== ALIGNED_SIZE) {
        throw new InvalidArgumentError(`embedAligned: a face is ${width}×${height}, expected 112×112`);
      }
    }
    if (faces.length === 0) return [];
    const head = await this.#head();
    const embeddings: Float32Array[] = [];
    for (let i = 0; i < faces.length; i += head.batch) {
      embeddings.push(...(await this.#run(head, faces.slice(i, i + head.batch))));
    }
    return embeddings;
  }

  async #run({ session, table }: Head, faces: readonly RgbImage[]): Promise<Float32Array[]> {
    return this.#inputs.lend(faces.length * FACE_VALUES, async (input) => {
      for (const [i, face] of faces.entries()) writeChannelPlanes(face, table, input, i * FACE_VALUES);
      const [data] = await runNetwork(session, input, [faces.length, 3, ALIGNED_SIZE, ALIGNED_SIZE]);
      const dim = data.length / faces.length;
      return faces.map((_, i) => data.slice(i * dim, (i + 1) * dim));
    });
  }

  async #open(): Promise<Head> {
    const session = await this.#models.session('recognition');
    const graph = await this.#models.graph('recognition');
    const first = graph.inputs[0].shape?.[0];
    return {
      session,
      table: normalizationTable(recognitionNormalization(graph)),
      batch: typeof first === 'number' && first > 0 ? first : BATCH,
    };
  }
}
