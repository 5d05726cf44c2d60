import type { Enrichment } from '@face-sets/cache-npz';
import {
  checkImage,
  checkNumbers,
  type Detection,
  described,
  type GenderAge,
  InvalidArgumentError,
  type RgbImage,
} from '@face-sets/quality';
import { estimatePose } from '../geometry/estimate-pose.js';
import type { FaceModels } from '../models/load-models.js';
import {
  DEFAULT_DETECTION_SIZES,
  DEFAULT_DETECTION_THRESHOLD,
  DETECTION_NMS,
  type DetectOptions,
  FaceDetector,
} from './face-detector.js';
import { FaceEmbedder } from './face-embedder.js';
import { FaceGenderAge } from './face-gender-age.js';
import { FaceLandmarks } from './face-landmarks.js';

/** A face found and embedded. */
export interface AnalyzedFace extends Detection {
  /** The recognition model's raw output; not normalized. */
  embedding: Float32Array;
}

/**
 * Runs the models of a pack on pictures. Each network is loaded when it is first needed.
 *
 * All coordinates are pixels of the picture given, which should be upright (`decodeImage` returns it so): x to
 * the right, y down, (0, 0) the center of the top left pixel.
 *
 * Calls may overlap. A network call keeps the thread that makes it busy until it returns: to use the time, run
 * analyzers in worker threads.
 */
export class FaceAnalyzer {
  readonly models: FaceModels;
  /** Default settings of `detect` and `analyze`. */
  readonly detectionSettings: { readonly sizes: number[]; readonly threshold: number; readonly nms: number };
  readonly #detector: FaceDetector;
  readonly #embedder: FaceEmbedder;
  readonly #landmarks2d: FaceLandmarks;
  readonly #landmarks3d: FaceLandmarks;
  readonly #genderAge: FaceGenderAge;

  /**
   * @param models from `loadModels`
   * @param detection settings of the detector for all calls that give none
   */
  constructor(models: FaceModels, detection: DetectOptions = {}) {
    this.models = models;
    this.detectionSettings = {
      sizes: [...(detection.sizes ?? DEFAULT_DETECTION_SIZES)],
      threshold: detection.threshold ?? DEFAULT_DETECTION_THRESHOLD,
      nms: DETECTION_NMS,
    };
    this.#detector = new FaceDetector(models);
    this.#embedder = new FaceEmbedder(models);
    this.#landmarks2d = new FaceLandmarks(models, 'landmark_2d_106');
    this.#landmarks3d = new FaceLandmarks(models, 'landmark_3d_68');
    this.#genderAge = new FaceGenderAge(models);
  }

  /**
   * Finds the faces, best first.
   *
   * @throws {InvalidArgumentError} when the image is not RGB.
   */
  async detect(image: RgbImage, options: DetectOptions = {}): Promise<Detection[]> {
    checkImage(image, 3);
    const { sizes, threshold } = this.detectionSettings;
    return this.#detector.detect(image, {
      sizes: options.sizes ?? sizes,
      threshold: options.threshold ?? threshold,
    });
  }

  /** Length of an embedding. */
  embeddingDim(): Promise<number> {
    return this.#embedder.dim();
  }

  /**
   * The raw embedding of each face given by its keypoints, in that order.
   *
   * @param kps five keypoints of each face, x, y in turn
   * @throws {InvalidArgumentError} when the image is not RGB, or keypoints are not 10 finite numbers.
   */
  async embed(image: RgbImage, kps: readonly ArrayLike<number>[]): Promise<Float32Array[]> {
    checkImage(image, 3);
    for (const [i, points] of faces(kps).entries()) checkNumbers(`kps[${i}]`, points, 10);
    return this.#embedder.embed(image, kps);
  }

  /**
   * Finds the faces, best first, and embeds each.
   *
   * @throws {InvalidArgumentError} when the image is not RGB.
   */
  async analyze(image: RgbImage, options?: DetectOptions): Promise<AnalyzedFace[]> {
    const faces = await this.detect(image, options);
    const embeddings = await this.embed(
      image,
      faces.map((face) => face.kps),
    );
    return faces.map((face, i) => ({ ...face, embedding: embeddings[i] }));
  }

  /**
   * Landmarks and pose of the face in a bbox; `null` for those that the pack has no model for.
   *
   * `landmark2d106` is x, y of 106 points, `landmark3d68` x, y, z of 68 points (z in pixels too, 0 about the
   * middle of the head), `pose` is pitch, yaw and roll in degrees, which come from the 3D landmarks.
   *
   * @param bbox `[x1, y1, x2, y2]`
   * @throws {InvalidArgumentError} when the bbox has no area.
   */
  async landmarks(image: RgbImage, bbox: ArrayLike<number>): Promise<Enrichment> {
    checkImage(image, 3);
    checkNumbers('bbox', bbox, 4);
    const landmark2d106 = this.models.has('landmark_2d_106')
      ? await this.#landmarks2d.find(image, bbox)
      : null;
    const landmark3d68 = this.models.has('landmark_3d_68') ? await this.#landmarks3d.find(image, bbox) : null;
    return { landmark2d106, landmark3d68, pose: landmark3d68 && estimatePose(landmark3d68) };
  }

  /**
   * Gender and age that the pack's attribute model guesses for the face in a bbox; `null` where the pack has no such
   * model.
   *
   * @param bbox `[x1, y1, x2, y2]`
   * @throws {InvalidArgumentError} when the bbox has no area.
   */
  async genderAge(image: RgbImage, bbox: ArrayLike<number>): Promise<GenderAge | null> {
    checkImage(image, 3);
    checkNumbers('bbox', bbox, 4);
    return this.models.has('genderage') ? this.#genderAge.find(image, bbox) : null;
  }
}

function faces(kps: readonly ArrayLike<number>[]): readonly ArrayLike<number>[] {
  if (Array.isArray(kps)) return kps;
  throw new InvalidArgumentError(
    `kps: expected a list with the keypoints of each face, received ${described(kps)}`,
  );
}
