import { checkEntries } from '../invalid-argument.js';

/** Years of capture, one for each face; null or NaN where it is not known. */
export type FaceYears = ArrayLike<number | null>;

/** The years of some faces, as far as they are known. */
export interface EraYears {
  first: number;
  last: number;
  /** The most frequent year; of equally frequent ones the nearest to the median, then the earlier. */
  dominant: number;
  median: number;
  /** Faces of each year, ascending by year. */
  counts: { year: number; faces: number }[];
  /** Faces whose year is known. */
  dated: number;
}

/** Whether a year is known. */
export function isKnownYear(year: number | null | undefined): year is number {
  return typeof year === 'number' && Number.isFinite(year);
}

/**
 * What is known of the years of some faces; null where none is.
 *
 * @param rows numbers of faces
 */
export function yearsOf(years: FaceYears, rows: Iterable<number>): EraYears | null {
  const known: number[] = [];
  for (const row of rows) {
    const year = years[row];
    if (isKnownYear(year)) known.push(year);
  }
  if (known.length === 0) return null;
  known.sort((a, b) => a - b);
  const counts: EraYears['counts'] = [];
  for (const year of known) {
    const last = counts.at(-1);
    if (last?.year === year) last.faces++;
    else counts.push({ year, faces: 1 });
  }
  const median = (known[(known.length - 1) >> 1] + known[known.length >> 1]) / 2;
  const [{ year: dominant }] = [...counts].sort(
    (a, b) => b.faces - a.faces || Math.abs(a.year - median) - Math.abs(b.year - median) || a.year - b.year,
  );
  return { first: known[0], last: known[known.length - 1], dominant, median, counts, dated: known.length };
}

/** Throws a `RangeError` where there is not one year for each row. */
export function checkYears(years: FaceYears, rows: number): void {
  checkEntries('years', years.length, rows);
}
