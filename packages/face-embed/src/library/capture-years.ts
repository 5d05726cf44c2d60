import { type ImageRecord, placesOf } from '@face-sets/cache-npz';
import { forEachLimit } from '@face-sets/files';
import {
  CaptureDatesFile,
  captureDatesPath,
  type DateLimits,
  firstPossible,
  type PhotoFailure,
  type RecordedDate,
  recordedDates,
  yearInPath,
} from '@face-sets/photos';

/** Photos between two writes to the file of dates. */
const FLUSH_EVERY = 500;

export interface CaptureYearsOptions extends DateLimits {
  /** Use the year in a photo's path (see `yearInPath`) if the file has no capture date. Default false. */
  pathYears?: boolean;
  /** Photos read at the same time. Default 16, since a network drive answers several requests at once. */
  concurrency?: number;
  onProgress?: (progress: { done: number; total: number }) => void;
  /** Ends the reading between two photos; its reason is thrown. What was read is kept. */
  signal?: AbortSignal;
}

export interface CaptureYears {
  /** Year of capture by the SHA-256 of the photo; photos of unknown year are not in it. */
  years: Map<string, number>;
  /** Photos opened in this run. */
  photosRead: number;
  /** Photos whose date was known from an earlier run, or known to be missing. */
  fromCache: number;
  /** Photos whose year comes from their path. */
  fromPath: number;
  /** Photos that could not be read, by path; they are tried again in the next run. */
  failures: PhotoFailure[];
  /** Why the dates could not be saved, such as in a read-only folder; the next run reads them again. */
  notKept?: string;
}

/**
 * The years in which photos were taken (see `captureDate`). Each content is read once: the dates in it, or that there are
 * none, are kept in `<cache>.dates.jsonl` by its SHA-256, so that later runs open no photo again, wherever it lies by
 * then. Whether a date is plausible is decided each time. A file whose length differs from the record is not read; the
 * other paths are tried.
 *
 * @param cachePath The face cache, `<name>.npz`.
 * @param images The photos; equal contents count once.
 * @throws CaptureDatesError where `<cache>.dates.jsonl` is not ours.
 */
export async function captureYears(
  cachePath: string,
  images: Iterable<ImageRecord>,
  options: CaptureYearsOptions = {},
): Promise<CaptureYears> {
  const { pathYears = false, concurrency = 16, signal } = options;
  const file = await CaptureDatesFile.open(captureDatesPath(cachePath));
  const byContent = new Map<string, ImageRecord>();
  // A photo that could not be read when it was embedded has no digest.
  for (const image of images) if (image.sha256 !== '') byContent.set(image.sha256, image);
  const unread = [...byContent.values()].filter(({ sha256 }) => file.get(sha256) === undefined);
  const result: CaptureYears = {
    years: new Map(),
    photosRead: 0,
    fromCache: byContent.size - unread.length,
    fromPath: 0,
    failures: [],
  };
  let done = 0;
  options.onProgress?.({ done, total: unread.length });
  for (let at = 0; at < unread.length; at += FLUSH_EVERY) {
    const some = unread.slice(at, at + FLUSH_EVERY);
    const outcomes: ReadOutcome[] = [];
    try {
      await forEachLimit(some, concurrency, async (image, i) => {
        signal?.throwIfAborted();
        outcomes[i] = await readAnyPlace(image);
        done++;
        options.onProgress?.({ done, total: unread.length });
      });
    } finally {
      // In the order of the photos, so that the same photos give the same file.
      some.forEach(({ sha256 }, i) => {
        const outcome = outcomes[i];
        if (outcome && 'dates' in outcome) file.set(sha256, outcome.dates);
      });
      await file.flush().catch((error: Error) => {
        result.notKept ??= error.message;
      });
    }
    for (const outcome of outcomes) {
      if ('dates' in outcome) result.photosRead++;
      else result.failures.push(outcome.failure);
    }
  }
  for (const image of byContent.values()) {
    const date = firstPossible(file.get(image.sha256) ?? [], options);
    if (date) {
      result.years.set(image.sha256, Number(date.date.slice(0, 4)));
      continue;
    }
    const year = pathYears ? yearOfPlaces(image, options) : null;
    if (year === null) continue;
    result.years.set(image.sha256, year);
    result.fromPath++;
  }
  result.failures.sort((a, b) => (a.path < b.path ? -1 : 1));
  return result;
}

type ReadOutcome = { dates: RecordedDate[] } | { failure: PhotoFailure };

async function readAnyPlace(image: ImageRecord): Promise<ReadOutcome> {
  let failure: PhotoFailure | undefined;
  for (const { path } of placesOf(image)) {
    try {
      return { dates: await recordedDates(path, image.size) };
    } catch (error) {
      failure ??= { path, message: error instanceof Error ? error.message : String(error) };
    }
  }
  return { failure: failure as PhotoFailure };
}

function yearOfPlaces(image: ImageRecord, limits: DateLimits): number | null {
  for (const { path } of placesOf(image)) {
    const year = yearInPath(path, limits);
    if (year !== null) return year;
  }
  return null;
}
