import { described, InvalidArgumentError } from '../invalid-argument.js';

/** The judged parts of a face, each in [0, 1], larger is better. */
export interface QualityParts {
  /** See `frontality`. */
  frontality: number;
  /** The detector's score, as it is. */
  detScore: number;
  /** See `landmarkSymmetry`. */
  landmarkSymmetry: number;
  /** See `faceSizeScore`. */
  faceSize: number;
  /** See `sharpnessScore`. */
  sharpness: number;
}

/** What each part counts in the composite score; only the proportions matter. */
export type QualityWeights = Readonly<QualityParts>;

/** 0.30 frontality, 0.20 detector score, 0.20 landmark symmetry, 0.15 face size, 0.15 sharpness. */
export const DEFAULT_WEIGHTS: QualityWeights = {
  frontality: 0.3,
  detScore: 0.2,
  landmarkSymmetry: 0.2,
  faceSize: 0.15,
  sharpness: 0.15,
};

/**
 * Weighted mean of the parts, in [0, 1]. A part outside [0, 1] counts as the nearer end, one that is NaN as 0:
 * a face whose enrichment failed ranks behind one that was measured.
 *
 * @param weights default {@link DEFAULT_WEIGHTS}; a weight of 0 leaves its part out
 * @throws {InvalidArgumentError} when a weight is missing, negative or not finite, or all are 0, or a part is not a number
 */
export function compositeScore(parts: QualityParts, weights: QualityWeights = DEFAULT_WEIGHTS): number {
  let score = 0;
  let total = 0;
  for (const part of Object.keys(DEFAULT_WEIGHTS) as (keyof QualityParts)[]) {
    const weight = weights[part];
    if (!(typeof weight === 'number' && weight >= 0 && weight < Infinity)) {
      throw new InvalidArgumentError(
        `weights.${part}: expected a number of 0 or more, received ${described(weight)}`,
      );
    }
    const value = parts?.[part];
    if (typeof value !== 'number') {
      throw new InvalidArgumentError(`parts.${part}: expected a number, received ${described(value)}`);
    }
    score += weight * (value > 0 ? Math.min(1, value) : 0);
    total += weight;
  }
  if (total === 0)
    throw new InvalidArgumentError('weights: expected at least one above 0, received 0 for all');
  return score / total;
}
