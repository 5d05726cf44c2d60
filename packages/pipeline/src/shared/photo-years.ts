import { type CaptureYears, captureYears } from '@face-sets/face-embed';
import type { YearReader } from '@face-sets/outputs';
import { inStage, notice, type StepOptions } from './context.js';

import { count } from './count.js';

/** Options of the steps that need to know when photos were taken. */
export interface YearOptions extends StepOptions {
  /** Use the year in a photo's path if the file has no capture date. Default false. */
  pathYears?: boolean | undefined;
}

/** Options of the steps that export facesets. */
export interface ExportYearOptions extends YearOptions {
  /** Read capture dates. @default true */
  dates?: boolean;
}

/** Reads capture years for an export once it knows which photos it needs; nothing without `dates`. */
export function exportYears(cachePath: string, options: ExportYearOptions): YearReader | undefined {
  return options.dates !== false ? yearReader(cachePath, options).read : undefined;
}

/** How many capture years were found, and where. */
export type YearCounts = Pick<CaptureYears, 'photosRead' | 'fromCache' | 'fromPath'> & {
  /** Photos whose year is known. */
  known: number;
  /** Photos that could not be read. */
  failed: number;
};

/**
 * Reads years of capture, and counts what it took.
 *
 * @param cachePath The face cache; dates are kept beside it.
 */
export function yearReader(
  cachePath: string,
  options: YearOptions,
): { read: YearReader; counts: YearCounts } {
  const counts: YearCounts = { photosRead: 0, fromCache: 0, fromPath: 0, known: 0, failed: 0 };
  const read: YearReader = async (images) => {
    const found = await inStage(options, 'Reading dates', 'photos', async (stage) => {
      const result = await captureYears(cachePath, images as Parameters<typeof captureYears>[1], {
        pathYears: options.pathYears,
        signal: options.signal,
        onProgress: stage.onItems,
      });
      const { photosRead } = result;
      return photosRead > 0
        ? { result, summary: `Read the dates of ${count(photosRead, 'photo')}` }
        : { result };
    });
    counts.photosRead += found.photosRead;
    counts.fromCache += found.fromCache;
    counts.fromPath += found.fromPath;
    counts.known += found.years.size;
    counts.failed += found.failures.length;
    if (found.notKept) {
      notice(options, `The capture dates could not be saved for the next run: ${found.notKept}`);
    }
    return found.years;
  };
  return { read, counts };
}
