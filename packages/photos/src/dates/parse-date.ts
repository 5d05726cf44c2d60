/** A date as it is written in a photo's metadata, in the form of ISO 8601. */
export interface WrittenDate {
  /** `2009-07-14`; `2009-07` or `2009` where no more is written. */
  date: string;
  /** `10:00:00`, on the clock that the date is of; absent where none is written. */
  time?: string;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = `(${MONTHS.join('|')})[a-z]*\\.?`;

/** EXIF, XMP: `2009:07:14 10:00:00`, `2009-07-14T10:00:00+02:00`, `2009-7-4`. EXIF leaves spaces for what is not known. */
const YEAR_FIRST = /^(\d{4})(?:[-:./年](\d{1,2}|\s*)(?:[-:./月](\d{1,2}|\s*)(?:日?[T\s](.*)|日)?|月)?|年)?$/s;
/** IPTC, ISO 8601 without separators: `20090714`, `20090714T100000`. */
const COMPACT = /^(\d{4})(\d\d)(\d\d)(?:[T\s]?(\d{6}).*|[T\s].*)?$/s;
/** `14.07.2009 10:00:00`, `7/14/2009`, `14-07-2009`. */
const YEAR_LAST = /^(\d{1,2})([-:./])\s?(\d{1,2})\2\s?(\d{4})(?:[T\s,](.*))?$/s;
/** RFC 1123, as PNG recommends it: `Tue, 14 Jul 2009 10:00:00 GMT`. */
const DAY_MONTH_NAME = new RegExp(
  `(?:^|[\\s,])(\\d{1,2})[\\s-]+${MONTH}[\\s,-]+(\\d{4})(?:[\\s,](.*))?$`,
  'is',
);
/** `Tue Jul 14 10:00:00 2009`, `July 14, 2009`. */
const MONTH_NAME_DAY = new RegExp(
  `(?:^|[\\s,])${MONTH}\\s+(\\d{1,2}),?\\s+(?:(\\d[\\d:.]+)\\s+(?:[a-z]{1,5}\\s+)?)?(\\d{4})(?:[\\s,](.*))?$`,
  'is',
);
const TIME = /^\s*(\d{1,2}):?(\d{2}|(?<=:)\d)(?::?(\d{1,2}))?(?:[.\d]*\s?([ap])\.?m\b)?/i;

/**
 * Reads a date as cameras, phones and programs write it; see the tests for what is known. Where a day and a month cannot
 * be told apart (`03/04/2009`), the year alone is returned. Years of two digits are not dates: `09-07-14` may be of 2009 or
 * of 2014.
 *
 * @returns null where it is not a date, or none of the calendar: a month 0, a 30th of February. Whether a date can be true
 * is for the caller to judge.
 */
export function parseDate(value: unknown): WrittenDate | null {
  const text = textOf(value);
  if (text === null) return null;
  let found = YEAR_FIRST.exec(text);
  if (found) return dateOf(found[1], found[2], found[3], found[4]);
  found = COMPACT.exec(text);
  if (found) return dateOf(found[1], found[2], found[3], found[4]);
  found = YEAR_LAST.exec(text);
  if (found) {
    const [, first, separator, second, year, time] = found as unknown as string[];
    if (separator === '.' || Number(first) > 12 || first === second) return dateOf(year, second, first, time);
    return Number(second) > 12 ? dateOf(year, first, second, time) : dateOf(year);
  }
  found = DAY_MONTH_NAME.exec(text);
  if (found) return dateOf(found[3], monthOf(found[2]), found[1], found[4]);
  found = MONTH_NAME_DAY.exec(text);
  if (found) return dateOf(found[4], monthOf(found[1]), found[2], found[3] ?? found[5]);
  return null;
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  const text = value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
  // EXIF texts end with a NUL, and some programs write one where a space belongs.
  return typeof text === 'string' ? text.replaceAll('\0', ' ').trim() : null;
}

function monthOf(name: string | undefined): string {
  return String(MONTHS.indexOf((name ?? '').slice(0, 3).toLowerCase()) + 1);
}

function dateOf(yearText: string | undefined, ...rest: (string | undefined)[]): WrittenDate | null {
  const [month, day] = rest.slice(0, 2).map((part) => (part?.trim() ? Number(part) : undefined));
  const year = Number(yearText);
  if (year === 0) return null;
  if (month !== undefined && (month < 1 || month > 12)) return null;
  if (month === undefined && day !== undefined) return null;
  if (day !== undefined && (day < 1 || day > daysOf(year, month as number))) return null;
  const date = [yearText, month, day]
    .filter((part) => part !== undefined)
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
  const time = day === undefined ? null : TIME.exec(rest[2] ?? '');
  if (!time) return { date };
  const [, hours, minutes, seconds = '0', half] = time;
  const hour = half ? (Number(hours) % 12) + (half.toLowerCase() === 'p' ? 12 : 0) : hours;
  return { date, time: [hour, minutes, seconds].map((part) => String(part).padStart(2, '0')).join(':') };
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
