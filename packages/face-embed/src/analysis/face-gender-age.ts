import type { GenderAge, RgbImage } from '@face-sets/quality';
import type { FaceModels } from '../models/load-models.js';
import { FaceCropModel } from './face-crop-model.js';

/** What the network's third value counts in. */
const AGE_UNIT = 100;

/** Guesses gender and age of a face with InsightFace's `genderage` model. */
export class FaceGenderAge {
  readonly #model: FaceCropModel;

  constructor(models: FaceModels) {
    this.#model = new FaceCropModel(models, 'genderage');
  }

  /**
   * Gender and age of the face in `bbox`, as InsightFace's own code takes them from the network: the higher of two
   * scores (the first where they are equal), and the third value times 100, rounded.
   *
   * @param bbox `[x1, y1, x2, y2]` in pixels of `image`
   * @throws {InvalidArgumentError} when the bbox has no area.
   */
  async find(image: RgbImage, bbox: ArrayLike<number>): Promise<GenderAge> {
    const { output } = await this.#model.ask(image, bbox);
    const [female, male, age] = output;
    return { gender: male > female ? 1 : 0, age: Math.round(age * AGE_UNIT) };
  }
}
