import { onceAsync } from '@face-sets/photos';
import { type Detection, InvalidArgumentError, normalizationTable, type RgbImage } from '@face-sets/quality';
import type { InferenceSession } from 'onnxruntime-node';
import { FloatPool } from '../geometry/float-pool.js';
import { nonMaxSuppression } from '../geometry/non-max-suppression.js';
import { type FaceModels, ModelLoadError } from '../models/load-models.js';
import { runNetwork } from '../models/run-network.js';
import { fitDetection, writeDetectionInput } from './detection-input.js';
import { hasAmbiguousKeypoints } from './has-ambiguous-keypoints.js';
import { decodeScrfd } from './scrfd-decode.js';

/** Both sizes are run: 128 finds the faces that fill the frame, 640 the others. */
export const DEFAULT_DETECTION_SIZES: readonly number[] = [128, 640];
/** Least score of a face. */
export const DEFAULT_DETECTION_THRESHOLD = 0.5;
/** Intersection over union above which the weaker of two boxes is dropped. */
export const DETECTION_NMS = 0.4;

export interface DetectOptions {
  /**
   * Sides of the squares that the picture is fitted into, in pixels; multiples of 32. The faces found at all of
   * them are merged. Default {@link DEFAULT_DETECTION_SIZES}, InsightFace's "auto". A graph of fixed size runs
   * the picture at these sizes in the corner of its own square; sizes beyond it are lowered to it.
   */
  sizes?: readonly number[];
  /** Least score, 0…1. Default {@link DEFAULT_DETECTION_THRESHOLD}. */
  threshold?: number;
}

interface Head {
  session: InferenceSession;
  /** Side of the input, where the graph fixes it. */
  fixedSize: number | null;
  strides: readonly number[];
  /** Rows of each cell. */
  anchors: number;
}

const TABLE = normalizationTable({ mean: 127.5, std: 128 });

/** Finds faces with a SCRFD model. */
export class FaceDetector {
  /* jscpd:ignore-start: what every class that opens a network when it is first used begins with */
  readonly #models: FaceModels;
  readonly #inputs = new FloatPool();
  readonly #head = onceAsync(() => this.#open());

  constructor(models: FaceModels) {
    this.#models = models;
  }
  /* jscpd:ignore-end */

  /**
   * Finds the faces of a picture, best first.
   *
   * @param image upright
   * @throws {InvalidArgumentError} when a size or the threshold makes no sense.
   * @throws {ModelLoadError} when the detector cannot be loaded or is of an unknown form.
   */
  async detect(image: RgbImage, options: DetectOptions = {}): Promise<Detection[]> {
    const { sizes = DEFAULT_DETECTION_SIZES, threshold = DEFAULT_DETECTION_THRESHOLD } = options;
    requireOptions(sizes, threshold);
    const head = await this.#head();
    const limit = head.fixedSize ?? Number.POSITIVE_INFINITY;
    const candidates: Detection[] = [];
    for (const size of new Set(sizes.map((side) => Math.min(side, limit)))) {
      candidates.push(...(await this.#candidates(head, image, size, threshold)));
    }
    candidates.sort((a, b) => b.detScore - a.detScore);
    const boxes = new Float32Array(candidates.length * 4);
    for (const [i, { bbox }] of candidates.entries()) boxes.set(bbox, i * 4);
    return nonMaxSuppression(boxes, DETECTION_NMS).map((i) =>
      hasAmbiguousKeypoints(candidates, i) ? { ...candidates[i], ambiguousKeypoints: true } : candidates[i],
    );
  }

  async #candidates(head: Head, image: RgbImage, size: number, threshold: number): Promise<Detection[]> {
    const side = head.fixedSize ?? size;
    const fit = fitDetection(image.width, image.height, size);
    return this.#inputs.lend(3 * side * side, async (input) => {
      writeDetectionInput(image, fit, side, TABLE, input);
      const data = await runNetwork(head.session, input, [1, 3, side, side]);
      const count = head.strides.length;
      const levels = head.strides.map((stride, i) => ({
        stride,
        scores: data[i],
        boxes: data[i + count],
        keypoints: data[i + 2 * count],
      }));
      return decodeScrfd(levels, head.anchors, side, fit.scale, threshold);
    });
  }

  async #open(): Promise<Head> {
    const session = await this.#models.session('detection');
    const { inputs, outputs } = await this.#models.graph('detection');
    const side = inputs[0].shape?.[2];
    const fixedSize = typeof side === 'number' && side > 0 ? side : null;
    if (outputs.length === 9) return { session, fixedSize, strides: [8, 16, 32], anchors: 2 };
    if (outputs.length === 15) return { session, fixedSize, strides: [8, 16, 32, 64, 128], anchors: 1 };
    throw new ModelLoadError(
      `${this.#models.path('detection')} has ${outputs.length} outputs; a SCRFD detector with keypoints ` +
        'has 9 or 15 (scores, boxes and keypoints for each stride)',
    );
  }
}

function requireOptions(sizes: readonly number[], threshold: number): void {
  if (sizes.length === 0)
    throw new InvalidArgumentError('detection sizes: none given; expected at least one');
  for (const size of sizes) {
    if (!(Number.isInteger(size) && size > 0 && size % 32 === 0)) {
      throw new InvalidArgumentError(`detection size is ${size}; expected a positive multiple of 32`);
    }
  }
  if (!(threshold > 0 && threshold <= 1)) {
    throw new InvalidArgumentError(`detection threshold is ${threshold}; expected more than 0 and at most 1`);
  }
}
