import { InvalidArgumentError } from '../invalid-argument.js';
import { agglomerative } from '../linkage/agglomerative.js';
import type { SimilarityBackend } from '../similarity/similarity.js';
import { dot } from '../vectors/dot.js';
import { membersOf } from '../vectors/labels.js';
import { checkMatrix, type FaceMatrix, hasDirection, normalizeRows } from '../vectors/matrix.js';
import { seededRandom, shuffle } from '../vectors/seeded-random.js';
import { checkYears, type EraYears, type FaceYears, isKnownYear, yearsOf } from './era-years.js';
import { DEFAULT_ERA_OPTIONS } from './split-eras.js';
import { DEFAULT_ALIGNMENT_OPTIONS, type YearAlignment, yearAlignment } from './year-alignment.js';

export interface ProbeErasOptions {
  /** Cosine distances at which the faces are sub-clustered. Default 0.30, 0.35, 0.40, 0.45, 0.50. */
  thresholds?: readonly number[];
  /** Threshold used for the verdict. Default 0.35. */
  subThreshold?: number;
  /** Sub-clusters with fewer faces of known year do not count for the verdict. Default 5. */
  minSize?: number;
  /** Least share of the variance of years that is explained, for a sortable identity. Default 0.5. */
  minExplained?: number;
  /** Largest p-value for a sortable identity. Default 0.01. */
  maxPValue?: number;
  /** Least share of the faces of known year that are in sub-clusters that count. Default 0.5. */
  minCovered?: number;
  /** Random orders of the years for the p-value. Default 999. */
  permutations?: number;
  /** Seed of all random choices. Default 1. */
  seed?: number;
  /** Width of a bar of the histogram of distances. Default 0.02. */
  binWidth?: number;
  /** The histogram is that of the pairs of so many faces, chosen at random where there are more. Default 2000. */
  histogramFaces?: number;
  /** Finds similar pairs; changes the time it takes, never the result. */
  similarity?: SimilarityBackend;
}

/** Pairs of faces by their cosine distance. */
export interface DistanceHistogram {
  /** Bar i counts distances from `i * binWidth` to below `(i + 1) * binWidth`. */
  binWidth: number;
  /** Up to the last bar that is not empty. */
  counts: number[];
  pairs: number;
  /** Mean distance; NaN where there is no pair. */
  mean: number;
  /** Faces whose pairs were counted. */
  faces: number;
}

/** Faces that are alike at one threshold. */
export interface SubCluster {
  /** Numbers of faces, ascending. */
  rows: number[];
  /** Null where none is known. */
  years: EraYears | null;
}

/** Sub-clusters at one threshold, most faces first. */
export interface ProbedThreshold {
  threshold: number;
  clusters: SubCluster[];
  alignment: YearAlignment;
}

/**
 * Why an identity is age-sortable or not: the sub-clusters have distinct years (`aligned`); too few years are known
 * (`few-years`); most faces are in sub-clusters too small to count (`scattered`), or all in one (`one-cluster`); the
 * sub-clusters have the same years as each other (`not-aligned`).
 */
export type EraVerdict = 'aligned' | 'few-years' | 'scattered' | 'one-cluster' | 'not-aligned';

export interface ErasProbe {
  /** Whether the verdict is `aligned`. */
  sortable: boolean;
  verdict: EraVerdict;
  /** Threshold used for the verdict. */
  subThreshold: number;
  /** Its figures. */
  alignment: YearAlignment;
  /** Share of the faces of known year that are in sub-clusters that count; NaN where no year is known. */
  covered: number;
  /** Faces. */
  faces: number;
  /** Of them, those of known year. */
  dated: number;
  /** Years of all faces; null where none is known. */
  years: EraYears | null;
  histogram: DistanceHistogram;
  /** Ascending, `subThreshold` among them. */
  thresholds: ProbedThreshold[];
}

/** Defaults of the options of {@link probeEras}. */
export const DEFAULT_PROBE_OPTIONS = {
  thresholds: [0.3, 0.35, 0.4, 0.45, 0.5],
  subThreshold: DEFAULT_ERA_OPTIONS.subThreshold,
  minExplained: 0.5,
  maxPValue: 0.01,
  minCovered: 0.5,
  ...DEFAULT_ALIGNMENT_OPTIONS,
  binWidth: 0.02,
  histogramFaces: 2000,
};

/** With fewer known years there is no verdict on the alignment. */
const LEAST_DATED = 10;

/**
 * Can the faces of one person be sorted by age? They can where faces that are alike are of the same years: where
 * sub-clusters (average linkage) explain most of the variance of the years, by more than chance would (see
 * {@link yearAlignment}).
 *
 * Photos of one day are alike for other reasons too, so a collection of a few events, each in a year of its own, is
 * found sortable even where the person has not aged: then it is sorted by event.
 *
 * @param matrix embeddings of one person's faces, not necessarily normalized
 * @param years  one for each row
 * @throws {InvalidArgumentError} where there is not one year for each row, or an option makes no sense
 */
export async function probeEras(
  matrix: FaceMatrix,
  years: FaceYears,
  options: ProbeErasOptions = {},
): Promise<ErasProbe> {
  const defaults = DEFAULT_PROBE_OPTIONS;
  const { subThreshold = defaults.subThreshold, minSize, permutations, seed, similarity } = options;
  checkMatrix(matrix);
  checkYears(years, matrix.rows);
  const all = Array.from({ length: matrix.rows }, (_, row) => row);
  const dated = all.filter((row) => isKnownYear(years[row])).length;
  const cuts = [...new Set([...(options.thresholds ?? defaults.thresholds), subThreshold])];
  const thresholds: ProbedThreshold[] = [];
  for (const threshold of cuts.sort((a, b) => a - b)) {
    const labels = await agglomerative(matrix, { threshold, similarity });
    thresholds.push({
      threshold,
      clusters: membersOf(labels)
        .map((rows) => ({ rows, years: yearsOf(years, rows) }))
        .sort((a, b) => b.rows.length - a.rows.length || a.rows[0] - b.rows[0]),
      alignment: yearAlignment(labels, years, { minSize, permutations, seed }),
    });
  }
  const { alignment } = thresholds.find(({ threshold }) => threshold === subThreshold) as ProbedThreshold;
  const covered = dated > 0 ? alignment.faces / dated : Number.NaN;
  const verdict = verdictOf(alignment, dated, covered, options);
  return {
    sortable: verdict === 'aligned',
    verdict,
    subThreshold,
    alignment,
    covered,
    faces: matrix.rows,
    dated,
    years: yearsOf(years, all),
    histogram: distanceHistogram(matrix, options),
    thresholds,
  };
}

function verdictOf(
  { explained, pValue, groups }: YearAlignment,
  dated: number,
  covered: number,
  {
    minExplained = DEFAULT_PROBE_OPTIONS.minExplained,
    maxPValue = DEFAULT_PROBE_OPTIONS.maxPValue,
    minCovered = DEFAULT_PROBE_OPTIONS.minCovered,
  }: ProbeErasOptions,
): EraVerdict {
  if (dated < LEAST_DATED) return 'few-years';
  if (covered < minCovered) return 'scattered';
  if (groups < 2) return 'one-cluster';
  return explained >= minExplained && pValue <= maxPValue ? 'aligned' : 'not-aligned';
}

/**
 * How far the faces of one person are from each other: a histogram of the cosine distances of all pairs, or of those
 * of a seeded random choice of faces. Faces without a direction do not count.
 *
 * @throws {InvalidArgumentError} for a width of bars that is not positive
 */
export function distanceHistogram(
  matrix: FaceMatrix,
  {
    binWidth = DEFAULT_PROBE_OPTIONS.binWidth,
    histogramFaces = DEFAULT_PROBE_OPTIONS.histogramFaces,
    seed = DEFAULT_PROBE_OPTIONS.seed,
  }: Pick<ProbeErasOptions, 'binWidth' | 'histogramFaces' | 'seed'> = {},
): DistanceHistogram {
  if (!(binWidth > 0)) throw new InvalidArgumentError(`binWidth must be above 0, got ${binWidth}`);
  const usable = Float64Array.from(
    Array.from({ length: matrix.rows }, (_, row) => row).filter((row) => hasDirection(matrix, row)),
  );
  if (usable.length > histogramFaces) shuffle(usable, seededRandom(seed));
  const rows = usable.subarray(0, Math.max(0, histogramFaces));
  const unit = normalizeRows(matrix);
  const counts: number[] = [];
  let sum = 0;
  let pairs = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < i; j++) {
      const cosine = dot(unit.data, rows[i] * unit.cols, unit.data, rows[j] * unit.cols, unit.cols);
      const distance = Math.max(0, 1 - cosine);
      const bin = Math.floor(distance / binWidth);
      while (counts.length <= bin) counts.push(0);
      counts[bin]++;
      sum += distance;
      pairs++;
    }
  }
  return { binWidth, counts, pairs, mean: pairs > 0 ? sum / pairs : Number.NaN, faces: rows.length };
}
