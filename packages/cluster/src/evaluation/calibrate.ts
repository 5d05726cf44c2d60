import { InvalidArgumentError } from '../invalid-argument.js';

export interface CalibrationPairs {
  /** Cosine distances of pairs of faces that are of different people: two faces in one image. */
  different: ArrayLike<number>;
  /** Cosine distances of pairs that are of one person: near-duplicates, neighbors in a burst. May be empty. */
  same?: ArrayLike<number>;
}

export interface CalibrationOptions {
  /** Share of the pairs of different people that may be nearer than the threshold. Default 0.001. */
  falseMatchRate?: number;
  /** Distance between two points of the curve. Default 0.01. */
  step?: number;
}

/** What a threshold would do. */
export interface CalibrationPoint {
  threshold: number;
  /** Share of the different pairs that are nearer. */
  falseMatch: number;
  /** The same by the fitted normal distribution, which also tells apart rates that no pair has shown yet. */
  fittedFalseMatch: number;
  /** Share of the same pairs that are not nearer; NaN where there are none. */
  falseNonMatch: number;
}

export interface Calibration {
  /** Points from 0 to past the largest distance. */
  curve: CalibrationPoint[];
  /** Suggested threshold, with its expected error. */
  suggested: CalibrationPoint;
  /** Fit of the different pairs' distances near the low end: median, and deviation below it. */
  median: number;
  deviation: number;
  /** Numbers of pairs that were used: those with a finite distance. */
  pairs: { different: number; same: number };
}

/** Fewer different pairs than this say too little about a rate of errors. */
const LEAST_PAIRS = 10;

/**
 * The false-match curve of a library and model, and a threshold from it, without any labels. Pairs of different
 * people are fitted with a normal distribution by two quantiles, the median and the one a standard deviation
 * below, so that neither a few mirrors and collages (a person twice in a photo) nor the shape of the upper end
 * matters; the suggestion is the distance below which the wanted share of them falls.
 *
 * Pairs of the same person from bursts are nearer than those from different days, so `falseNonMatch` is what
 * can be told at least, and does not enter the suggestion.
 *
 * @throws {InvalidArgumentError} for fewer than 10 finite different pairs, or a rate outside (0, 0.5)
 */
export function calibrateThreshold(
  { different, same = [] }: CalibrationPairs,
  { falseMatchRate = 0.001, step = 0.01 }: CalibrationOptions = {},
): Calibration {
  if (!(falseMatchRate > 0 && falseMatchRate < 0.5)) {
    throw new InvalidArgumentError(`falseMatchRate must be between 0 and 0.5, got ${falseMatchRate}`);
  }
  if (!(step > 0)) throw new InvalidArgumentError(`step must be above 0, got ${step}`);
  const others = sortedFinite(different);
  const own = sortedFinite(same);
  if (others.length < LEAST_PAIRS) {
    throw new InvalidArgumentError(
      `${others.length} pairs of different people are too few to calibrate with, expected ${LEAST_PAIRS} or more: ` +
        'photos with several faces give them',
    );
  }
  const median = quantile(others, 0.5);
  const deviation = Math.max(1e-6, median - quantile(others, normalBelow(-1)));
  const at = (threshold: number): CalibrationPoint => ({
    threshold,
    falseMatch: countBelow(others, threshold) / others.length,
    fittedFalseMatch: normalBelow((threshold - median) / deviation),
    falseNonMatch: own.length > 0 ? 1 - countBelow(own, threshold) / own.length : Number.NaN,
  });
  const last = Math.max(others[others.length - 1], own[own.length - 1] ?? 0);
  const steps = Math.floor(last / step) + 2;
  const threshold = Math.max(0, median + deviation * normalQuantile(falseMatchRate));
  return {
    curve: Array.from({ length: steps }, (_, i) => at(i * step)),
    suggested: at(threshold),
    median,
    deviation,
    pairs: { different: others.length, same: own.length },
  };
}

function sortedFinite(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).filter(Number.isFinite).sort();
}

function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}

function countBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Share of a standard normal distribution below z (Abramowitz and Stegun, 7.1.26; error below 1.5e-7). */
function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (series * Math.exp(-x * x)) / 2;
  return z < 0 ? tail : 1 - tail;
}

/** The z below which such a share of a standard normal distribution lies, by bisection. */
function normalQuantile(share: number): number {
  let low = -40;
  let high = 40;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
