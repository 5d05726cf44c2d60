import { InvalidArgumentError } from '../invalid-argument.js';
import { seededRandom, shuffle } from '../vectors/seeded-random.js';
import { type FaceYears, isKnownYear } from './era-years.js';

export interface YearAlignmentOptions {
  /** Groups with fewer faces of known year do not count. Default 5. */
  minSize?: number;
  /** How often the years are shuffled; the smallest p-value is 1 over one more than that. Default 999. */
  permutations?: number;
  /** Of the shuffling. Default 1. */
  seed?: number;
}

/** Defaults of the options of {@link yearAlignment}. */
export const DEFAULT_ALIGNMENT_OPTIONS = { minSize: 5, permutations: 999, seed: 1 };

export interface YearAlignment {
  /**
   * Share of the variance of the years that the groups explain, beyond what as many groups explain by chance: 1 when
   * every group has a year of its own, about 0 (or somewhat below) when groups and years have nothing to do with each
   * other. NaN where it cannot be said: fewer than two groups, or no more faces than groups.
   */
  explained: number;
  /** Share of random orders of the years that are explained as well; NaN where `explained` is. */
  pValue: number;
  /** Groups that count. */
  groups: number;
  /** Faces of known year in them. */
  faces: number;
}

/**
 * Do groups of faces go with the years in which they were taken? The figure is ε², the correlation ratio η² (variance
 * of years between groups over all variance) corrected for chance: 1 − (S_within / (n − k)) / (S_all / (n − 1)) for n
 * faces in k groups (T. L. Kelley, "An Unbiased Correlation Ratio Measure", 1935). Unlike a measure that takes years
 * for mere names, such as mutual information, it knows that 2011 is nearer to 2012 than to 2024, so that a
 * group that spans three years in a row counts as well aligned.
 *
 * The p-value is that of a permutation test: the share of seeded random orders of the years (the one found among
 * them) whose figure is as large (B. Phipson and G. K. Smyth, "Permutation P-values Should Never Be Zero", 2010).
 *
 * @param labels a group for each face; a negative one is none
 * @param years  one for each face; faces of unknown year do not count
 * @throws {InvalidArgumentError} where the two have different lengths
 */
export function yearAlignment(
  labels: ArrayLike<number>,
  years: FaceYears,
  options: YearAlignmentOptions = {},
): YearAlignment {
  const defaults = DEFAULT_ALIGNMENT_OPTIONS;
  const { minSize = defaults.minSize, permutations = defaults.permutations, seed = defaults.seed } = options;
  if (labels.length !== years.length) {
    throw new InvalidArgumentError(
      `${labels.length} labels for ${years.length} years: expected one for each face`,
    );
  }
  const sizes = new Map<number, number>();
  for (let face = 0; face < labels.length; face++) {
    if (labels[face] >= 0 && isKnownYear(years[face])) {
      sizes.set(labels[face], (sizes.get(labels[face]) ?? 0) + 1);
    }
  }
  const numbers = new Map<number, number>();
  for (const [label, size] of sizes) if (size >= minSize) numbers.set(label, numbers.size);
  const group: number[] = [];
  const known: number[] = [];
  for (let face = 0; face < labels.length; face++) {
    const number = numbers.get(labels[face]);
    const year = years[face];
    if (number === undefined || !isKnownYear(year)) continue;
    group.push(number);
    known.push(year);
  }
  const faces = known.length;
  const groups = numbers.size;
  if (groups < 2 || faces <= groups) return { explained: Number.NaN, pValue: Number.NaN, groups, faces };

  const mean = known.reduce((sum, year) => sum + year, 0) / faces;
  const centered = Float64Array.from(known, (year) => year - mean);
  const all = centered.reduce((sum, value) => sum + value * value, 0);
  // all of one year: the groups explain nothing, since there is nothing to explain
  if (all === 0) return { explained: 0, pValue: 1, groups, faces };
  const members = new Float64Array(groups);
  for (const number of group) members[number]++;
  const sums = new Float64Array(groups);
  const between = () => {
    sums.fill(0);
    for (let i = 0; i < faces; i++) sums[group[i]] += centered[i];
    let total = 0;
    for (let g = 0; g < groups; g++) total += (sums[g] * sums[g]) / members[g];
    return total;
  };
  const found = between();
  const explained = 1 - (all - found) / (faces - groups) / (all / (faces - 1));
  const random = seededRandom(seed);
  let asLarge = 1;
  for (let n = 0; n < permutations; n++) {
    shuffle(centered, random);
    if (between() >= found * (1 - 1e-12)) asLarge++;
  }
  return { explained, pValue: asLarge / (permutations + 1), groups, faces };
}
