import { parseDate, type WrittenDate } from './parse-date.js';

/** What dates can be true. */
export interface DateLimits {
  /** A date in an earlier year is impossible; default 1826, the year of the oldest photograph that is left. */
  firstYear?: number;
  /**
   * A date later than a day after this is impossible, milliseconds since the epoch; default now, or the beginning of
   * 2026 where the clock of this machine says that it is earlier. The day is for time zones ahead of ours.
   */
  now?: number;
}

const FIRST_YEAR = 1826;
const DAY = 86_400_000;
/** This was written later: a clock that says something earlier is wrong. */
const EARLIEST_NOW = Date.UTC(2026, 0, 1);

/**
 * Where clocks begin that nobody has set, by the midnight of the day: spreadsheets and databases (1899, 1900), Mac
 * (1904), Unix (1970), FAT (1980, and 30 November 1979 for its zero), cameras (1980, 2000), GPS (6 January 1980).
 */
const CLOCK_STARTS = [
  '1899-12-30',
  '1899-12-31',
  '1900-01-01',
  '1904-01-01',
  '1970-01-01',
  '1979-11-30',
  '1980-01-01',
  '1980-01-06',
  '2000-01-01',
];
/** Seconds east and west of Greenwich that clocks are set to. */
const FARTHEST_EAST = 14 * 3600;
const FARTHEST_WEST = -12 * 3600;

/** The latest time that a photo can have been taken at, milliseconds since the epoch. */
export function latestTime({ now = Math.max(Date.now(), EARLIEST_NOW) }: DateLimits): number {
  return now;
}

/**
 * A date as EXIF (`2009:07:14 10:00:00`), XMP (`2009-07-14T10:00:00+02:00`), IPTC (`20090714`) or a careless program
 * (`2009:7:4`, `14.07.2009`) writes it, in the form of `CaptureDate`; null where it is none, or none that can be true:
 * before the first photograph, in the future, a month 0, a 30th of February, or where a clock begins that nobody has set
 * (`1970:01:01 00:00:00`).
 */
export function possibleDate(value: unknown, limits: DateLimits = {}): string | null {
  const written = parseDate(value);
  return written && isPossible(written, limits) ? written.date : null;
}

/** Whether a photo can have been taken at this date. */
export function isPossible(written: WrittenDate, limits: DateLimits = {}): boolean {
  const [year, month = 1, day = 1] = written.date.split('-').map(Number) as [number, number?, number?];
  if (year < (limits.firstYear ?? FIRST_YEAR)) return false;
  if (Date.UTC(year, month - 1, day) > latestTime(limits) + DAY) return false;
  return !isClockStart(written);
}

/** Whether a date is where a clock begins that nobody has set. A date alone, without a time, was set by someone. */
function isClockStart({ date, time }: WrittenDate): boolean {
  if (time === undefined) return false;
  if (time === '00:00:00') {
    if (CLOCK_STARTS.includes(date)) return true;
  }
  // The zero of Unix on the clocks of all time zones. Noon stands in catalogs for a date without a time.
  if (time === '12:00:00') return false;
  const seconds = Date.parse(`${date}T${time}Z`) / 1000;
  return seconds >= FARTHEST_WEST && seconds <= FARTHEST_EAST && seconds % 900 === 0;
}
