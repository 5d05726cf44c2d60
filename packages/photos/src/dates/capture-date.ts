import { type DateLimits, isPossible } from './judge-date.js';
import { type DateSource, type RecordedDate, recordedDates } from './recorded-dates.js';

/** When a photo was taken, as far as its file tells. */
export interface CaptureDate {
  /** `2009-07-14`; `2009-07` or `2009` where no more is known. The place's own calendar, as cameras write it. */
  date: string;
  from: DateSource;
}

/**
 * The date of capture in a photo's metadata: of those recorded (see `recordedDates`) the first plausible one (see
 * `possibleDate`).
 *
 * @param path Of the photo.
 * @param size Length of the file that is expected, in bytes; default: any.
 * @returns null if the file has no plausible date.
 * @throws Error of the system where the file cannot be read; `ChangedPhotoError` where it has another length.
 */
export async function captureDate(
  path: string,
  size?: number,
  limits: DateLimits = {},
): Promise<CaptureDate | null> {
  return firstPossible(await recordedDates(path, size), limits);
}

/** Of the dates recorded in a photo, most reliable first, the first plausible one; null if there is none. */
export function firstPossible(
  recorded: readonly RecordedDate[],
  limits: DateLimits = {},
): CaptureDate | null {
  for (const { date: written, from } of recorded) {
    const [date, time] = written.split('T') as [string, string?];
    if (isPossible(time === undefined ? { date } : { date, time }, limits)) return { date, from };
  }
  return null;
}
