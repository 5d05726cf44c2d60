import { cosineDistance } from '../vectors/cosine-distance.js';

/** Limits of the rule by which a fragment joins an anchor. */
export interface JoinLimits {
  /** Largest cosine distance between the centroids. Default 0.40. */
  joinThreshold?: number;
  /** Largest difference of the dominant years. Default 5. */
  maxYearGap?: number;
}

/** Default limits. */
export const DEFAULT_JOIN_LIMITS = { joinThreshold: 0.4, maxYearGap: 5 } as const satisfies JoinLimits;

/** What a fragment may join. */
export interface JoinTarget {
  /** Of its first sub-cluster; never moved by what joins. */
  centroid: Float32Array;
  /** Dominant year of its first sub-cluster; null where none is known. */
  year: number | null;
}

/**
 * Why a fragment joins no anchor: there is no anchor; the nearest one is too far; a year is not known (the fragment's or
 * the anchor's); or their years are too far apart.
 */
export type UnmatchedReason = 'no-anchor' | 'too-far' | 'no-year' | 'years-apart';

/** Result of {@link placeFragment}. */
export interface Placement {
  /** The target that it joins, or null where it is unmatched. */
  joins: number | null;
  /** Why it joins none; null where it joins one. */
  unmatched: UnmatchedReason | null;
  /** The nearest target, -1 where there is none. */
  nearest: number;
  /** Cosine distance of the centroids; NaN where there is no target. */
  distance: number;
  /** Difference of the dominant years; NaN where one is not known. */
  yearGap: number;
}

/**
 * Decides which target a fragment joins: the single nearest one (the first of equals) if it is near enough and of about
 * the same years; otherwise none, not the second nearest. Targets do not move, so what a fragment joins does not depend
 * on other fragments, and no chain of fragments leads from one age to another.
 */
export function placeFragment(
  centroid: Float32Array,
  year: number | null,
  targets: readonly JoinTarget[],
  limits: JoinLimits = {},
): Placement {
  const { joinThreshold, maxYearGap } = { ...DEFAULT_JOIN_LIMITS, ...limits };
  let nearest = -1;
  let distance = Number.NaN;
  targets.forEach((target, index) => {
    const gap = cosineDistance(centroid, target.centroid);
    if (nearest >= 0 && !(gap < distance)) return;
    if (Number.isNaN(gap)) return;
    nearest = index;
    distance = gap;
  });
  const other = targets[nearest]?.year ?? null;
  const yearGap = year === null || other === null ? Number.NaN : Math.abs(year - other);
  const unmatched =
    nearest < 0
      ? 'no-anchor'
      : !(distance <= joinThreshold)
        ? 'too-far'
        : Number.isNaN(yearGap)
          ? 'no-year'
          : yearGap <= maxYearGap
            ? null
            : 'years-apart';
  return { joins: unmatched === null ? nearest : null, unmatched, nearest, distance, yearGap };
}
