import { type DateLimits, latestTime } from './judge-date.js';

/** Before this, a number in a path is rather a count of something. */
const FIRST_PATH_YEAR = 1900;

/** `20140712`, `2014-07-12`, `2014_07`: a date in a file's name. */
const DATED = /(?<!\d)((?:19|20)\d\d)(?:([-_. ]?)(?:0[1-9]|1[0-2])(?:\2(?:0[1-9]|[12]\d|3[01])))(?!\d{3})/g;
const MONTHLY = /(?<!\d)((?:19|20)\d\d)[-_.](?:0[1-9]|1[0-2])(?!\d)/g;
const YEAR = /(?<!\d)((?:19|20)\d\d)(?!\d)/g;

/**
 * The year in a photo's path: that of a date in the file's name (`IMG_20140712_101500.jpg`,
 * `2014-07 Crete.jpg`), else of the nearest folder with a year in its name (`2014`, `Summer 2014`, `2014-07-12`). A
 * bare number in a file's name counts as a number (`DSC_2014.jpg`), and a name with several years gives none.
 *
 * @param path With `/` or `\`.
 * @param limits As for `captureDate`; the first year is 1900 at least.
 * @returns null where there is none that can be true.
 */
export function yearInPath(path: string, limits: DateLimits = {}): number | null {
  const last = new Date(latestTime(limits)).getUTCFullYear();
  const first = Math.max(FIRST_PATH_YEAR, limits.firstYear ?? 0);
  const [file, ...folders] = path.split(/[\\/]/).reverse();
  const single = (name: string, ...patterns: RegExp[]): number | null => {
    for (const pattern of patterns) {
      const years = new Set([...name.matchAll(pattern)].map((match) => Number(match[1])));
      if (years.size > 1) return null;
      for (const year of years) if (year >= first && year <= last) return year;
    }
    return null;
  };
  const named = single(file, DATED, MONTHLY);
  if (named !== null) return named;
  for (const folder of folders) {
    const year = single(folder, DATED, YEAR);
    if (year !== null) return year;
  }
  return null;
}
