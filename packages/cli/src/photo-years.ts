import { type CaptureYears, captureYears } from '@face-sets/face-embed';
import type { YearReader } from '@face-sets/outputs';
import type { Command } from 'commander';
import { startProgress } from './progress.js';
import { count } from './result.js';
import { tell } from './terminal.js';

/** Options of the commands that ask when photos were taken. */
export interface YearOptions {
  pathYears?: boolean;
  quiet?: boolean;
}

export function addYearOptions(command: Command): Command {
  return command.option(
    '--path-years',
    "take the year in a photo's path where its file tells no date of capture",
  );
}

/** Options of the commands that export facesets. */
export interface ExportYearOptions extends YearOptions {
  dates: boolean;
}

/** What an export is told of when photos were taken: asked when it knows which; nothing with `--no-dates`. */
export function exportYears(cachePath: string, options: ExportYearOptions): YearReader | undefined {
  return options.dates ? yearReader(cachePath, options).read : undefined;
}

/** What was found out of when photos were taken. */
export type YearCounts = Pick<CaptureYears, 'photosRead' | 'fromCache' | 'fromPath'> & {
  /** Photos whose year is known. */
  known: number;
  /** Photos that could not be read. */
  failed: number;
};

/**
 * Reads years of capture, with progress on standard error, and counts what it took.
 *
 * @param cachePath The face cache; dates are kept beside it.
 */
export function yearReader(
  cachePath: string,
  options: YearOptions,
): { read: YearReader; counts: YearCounts } {
  const counts: YearCounts = { photosRead: 0, fromCache: 0, fromPath: 0, known: 0, failed: 0 };
  const read: YearReader = async (images) => {
    const progress = startProgress('Reading dates', 'photos', { quiet: options.quiet ?? false });
    try {
      const found = await captureYears(cachePath, images as Parameters<typeof captureYears>[1], {
        pathYears: options.pathYears,
        onProgress: ({ done, total }) => progress.update(done, total),
      });
      counts.photosRead += found.photosRead;
      counts.fromCache += found.fromCache;
      counts.fromPath += found.fromPath;
      counts.known += found.years.size;
      counts.failed += found.failures.length;
      if (found.photosRead > 0) progress.finish(`Read the dates of ${count(found.photosRead, 'photo')}`);
      else progress.stop();
      if (found.notKept && !options.quiet) {
        tell(`The dates could not be kept for the next time: ${found.notKept}`);
      }
      return found.years;
    } catch (error) {
      progress.stop();
      throw error;
    }
  };
  return { read, counts };
}

/** The line on it for people. */
export function yearLine({ photosRead, known, fromPath, failed }: YearCounts, photos: number): string {
  return (
    `Years: known of ${known.toLocaleString('en')} of ${count(photos, 'photo')}` +
    `${fromPath > 0 ? ` (${fromPath.toLocaleString('en')} from the path)` : ''}; ` +
    `${count(photosRead, 'photo')} opened for it${failed > 0 ? `, ${failed.toLocaleString('en')} could not be read` : ''}`
  );
}
