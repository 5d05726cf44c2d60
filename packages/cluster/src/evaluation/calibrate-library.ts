import type { FaceMatrix } from '../vectors/matrix.js';
import { seededRandom } from '../vectors/seeded-random.js';
import { type Calibration, type CalibrationOptions, calibrateThreshold } from './calibrate.js';
import {
  type CalibrationPairOptions,
  calibrationPairs,
  type FacePair,
  type LibraryFaces,
} from './calibration-pairs.js';

/** A {@link Calibration} of a library, with what there is to say against it. */
export interface LibraryCalibration extends Calibration {
  /** Images with two faces or more. */
  images: number;
  /**
   * Where the suggested threshold would lie, 9 times of 10, in another library of as many such images: from
   * drawing images again.
   */
  interval: [number, number];
  /** Pairs in one image that are left out since they look like one person: mirrors, collages, photos of photos. */
  selfPairs: FacePair[];
  /** Runs of photos that are close in time but too long for bursts. */
  dismissedRuns: number;
  /** Pairs from bursts that are not used, since most of them look like strangers: the times are not the camera's. */
  dismissedBursts: number;
  /** Why the suggestion cannot be trusted, a line each; empty where it can. */
  doubts: string[];
}

/** Fewer pairs, and fewer images, say too little. */
const TRUSTED_PAIRS = 200;
const TRUSTED_IMAGES = 30;
/** A wider interval leaves too much open. */
const TRUSTED_WIDTH = 0.1;
/** Above this share, pairs that look like one person are not an exception anymore. */
const MOST_SELF_PAIRS = 0.05;
/** Strangers are about 1 apart: where half of the pairs are nearer than this, most of them are none. */
const TRUSTED_MEDIAN = 0.5;
const DRAWS = 100;

/**
 * Calibrates a threshold on a library that nobody has labeled: `calibrateThreshold` on its `calibrationPairs`.
 *
 * A mirror, a collage or a photo of a photo shows one person twice in an image. Such pairs hardly move the fit, which
 * takes two quantiles, but would count as false matches. So a first fit suggests a threshold, pairs nearer than half of
 * it are left out and listed as `selfPairs`, and the rest is fitted again. Pairs from bursts are used unless most of them are
 * farther apart than the first suggestion.
 *
 * @throws {InvalidArgumentError} for fewer than 10 pairs of different people, or lists that do not fit the matrix
 */
export function calibrateLibrary(
  matrix: FaceMatrix,
  faces: LibraryFaces,
  options: CalibrationOptions & CalibrationPairOptions = {},
): LibraryCalibration {
  const pairs = calibrationPairs(matrix, faces, options);
  const finite = pairs.different.filter(({ distance }) => Number.isFinite(distance));
  const first = calibrateThreshold({ different: distancesOf(finite) }, options);
  const limit = first.suggested.threshold / 2;
  const selfPairs = finite.filter(({ distance }) => distance < limit);
  const different = finite.filter(({ distance }) => !(distance < limit));
  const strange = pairs.bursts.filter(({ distance }) => !(distance < first.suggested.threshold)).length;
  const trusted = 2 * strange <= pairs.bursts.length;
  const same = trusted ? [...pairs.same, ...pairs.bursts] : pairs.same;
  const calibration = calibrateThreshold(
    { different: distancesOf(different), same: distancesOf(same) },
    options,
  );
  const ofImage = byImage(different, faces.imageIndex);
  const interval = drawAgain(ofImage, options) ?? [Number.NaN, Number.NaN];
  return {
    ...calibration,
    images: ofImage.length,
    interval,
    selfPairs,
    dismissedRuns: pairs.dismissedRuns,
    dismissedBursts: trusted ? 0 : pairs.bursts.length,
    doubts: doubtsOf(calibration, ofImage.length, interval, selfPairs.length),
  };
}

function doubtsOf(
  { pairs, suggested, median }: Calibration,
  images: number,
  [low, high]: readonly [number, number],
  selfPairs: number,
): string[] {
  const doubts: string[] = [];
  if (pairs.different < TRUSTED_PAIRS || images < TRUSTED_IMAGES) {
    doubts.push(
      `only ${pairs.different} pairs of different people in ${images} photos, expected at least ${TRUSTED_PAIRS} in ${TRUSTED_IMAGES}: add photos of groups`,
    );
  }
  if (!(high - low <= TRUSTED_WIDTH)) {
    doubts.push(
      `another library like this one could suggest anything from ${low.toFixed(3)} to ${high.toFixed(3)}`,
    );
  }
  if (selfPairs > MOST_SELF_PAIRS * (pairs.different + selfPairs)) {
    doubts.push(
      `${selfPairs} of ${pairs.different + selfPairs} pairs in one photo look like one person: with so many mirrors or collages, others may have been missed`,
    );
  }
  if (median < TRUSTED_MEDIAN) {
    doubts.push(
      `half of the pairs in one photo are nearer than ${median.toFixed(3)}, and strangers are about 1 apart: most of these photos seem to show one person twice`,
    );
  }
  // three times what was asked for, and not by a single pair
  const surplus = suggested.falseMatch - 3 * suggested.fittedFalseMatch;
  if (surplus * pairs.different >= 3) {
    doubts.push(
      `${(100 * suggested.falseMatch).toFixed(2)} % of the pairs in one photo are nearer than the suggestion, against ${(100 * suggested.fittedFalseMatch).toFixed(2)} % by the fit: twins, siblings, or people twice in a photo`,
    );
  }
  return doubts;
}

const distancesOf = (pairs: readonly FacePair[]) => pairs.map(({ distance }) => distance);

function byImage(pairs: readonly FacePair[], imageIndex: ArrayLike<number>): number[][] {
  const images = new Map<number, number[]>();
  for (const { a, distance } of pairs) {
    const of = images.get(imageIndex[a]);
    if (of) of.push(distance);
    else images.set(imageIndex[a], [distance]);
  }
  return [...images.values()];
}

/**
 * The middle 90 % of the thresholds suggested by as many images drawn from these with replacement (Efron, "Bootstrap
 * methods: another look at the jackknife", 1979). Images are drawn, not pairs: those of one image are not independent.
 */
function drawAgain(images: readonly number[][], options: CalibrationOptions): [number, number] | null {
  const random = seededRandom(DRAWS);
  const found: number[] = [];
  for (let draw = 0; draw < DRAWS; draw++) {
    const different: number[] = [];
    for (let i = 0; i < images.length; i++) {
      for (const distance of images[Math.floor(random() * images.length)]) different.push(distance);
    }
    try {
      found.push(calibrateThreshold({ different }, { ...options, step: 10 }).suggested.threshold);
    } catch (error) {
      // too few pairs this time
      if (!(error instanceof RangeError)) throw error;
    }
  }
  if (found.length < DRAWS / 2) return null;
  found.sort((a, b) => a - b);
  const at = (share: number) => found[Math.round(share * (found.length - 1))];
  return [at(0.05), at(0.95)];
}
