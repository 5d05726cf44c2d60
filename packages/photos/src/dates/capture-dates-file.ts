import { appendFile, lstat, readFile } from 'node:fs/promises';
import { nullIfMissing, pathToFs } from '@face-sets/files';
import { DATE_SOURCES, type RecordedDate } from './recorded-dates.js';

/** The first line of the file. */
const HEADER = { kind: 'face-sets capture dates', schema_version: 2 };
const DATE = /^\d{4}(-\d\d){0,2}(T\d\d:\d\d:\d\d)?$/;

/** The file of capture dates has other content, or another version. */
export class CaptureDatesError extends Error {
  override name = 'CaptureDatesError';
}

/** The file with the capture dates of a cache's photos, beside the cache. */
export function captureDatesPath(cachePath: string): string {
  return `${cachePath}.dates.jsonl`;
}

/**
 * The dates recorded in photos by the SHA-256 of their content, kept in a file of JSON lines that only grows: a header,
 * then `{"sha256":"…","dates":[{"date":"2009-07-14T10:00:00","from":"original"},…]}` for each photo that was read. Dates
 * are stored as found; whether one is plausible is decided when it is used, so that a wrong clock of this machine does no
 * lasting harm. A line that a crash cut off is skipped; if a photo has several lines, the last one counts.
 */
export class CaptureDatesFile {
  readonly #path: string;
  readonly #dates: Map<string, RecordedDate[]>;
  /** What must come before the next line. */
  #before: string;
  #pending = '';

  private constructor(path: string, dates: Map<string, RecordedDate[]>, before: string) {
    this.#path = path;
    this.#dates = dates;
    this.#before = before;
  }

  /**
   * Opens the file; if it does not exist, the first {@link flush} creates it.
   *
   * @throws CaptureDatesError when it has other content or another version.
   */
  static async open(path: string): Promise<CaptureDatesFile> {
    const dates = new Map<string, RecordedDate[]>();
    const header = `${JSON.stringify(HEADER)}\n`;
    const there = await nullIfMissing(path, lstat(pathToFs(path)));
    if (there && !there.isFile()) {
      throw new CaptureDatesError(
        `${path} is ${there.isSymbolicLink() ? 'a symbolic link' : 'not a file'}, expected the capture dates of face-sets or nothing: move it away, and they will be read again`,
      );
    }
    const text = await readFile(pathToFs(path), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    if (text === '') return new CaptureDatesFile(path, dates, header);
    const lines = text.split('\n');
    const found = parsed(lines[0]) as Partial<typeof HEADER> | null;
    if (found?.kind !== HEADER.kind || found.schema_version !== HEADER.schema_version) {
      throw new CaptureDatesError(
        `${path} does not hold the capture dates of this version of face-sets: expected ${JSON.stringify(HEADER)}, ` +
          `found ${JSON.stringify(lines[0].slice(0, 60))}; move it away, and they will be read again`,
      );
    }
    for (const line of lines.slice(1)) {
      const entry = parsed(line) as { sha256?: unknown; dates?: unknown } | null;
      if (typeof entry?.sha256 !== 'string' || !Array.isArray(entry.dates)) continue;
      if (entry.dates.every(isRecorded)) dates.set(entry.sha256, entry.dates);
    }
    return new CaptureDatesFile(path, dates, text.endsWith('\n') ? '' : '\n');
  }

  /** The dates recorded in a photo, surest first; undefined where it was never read. */
  get(sha256: string): readonly RecordedDate[] | undefined {
    return this.#dates.get(sha256);
  }

  /** Keeps the dates recorded in a photo; on disk with the next {@link flush}. */
  set(sha256: string, dates: readonly RecordedDate[]): void {
    this.#dates.set(sha256, [...dates]);
    const kept = dates.map(({ date, from }) => ({ date, from }));
    this.#pending += `${JSON.stringify({ sha256, dates: kept })}\n`;
  }

  /** Appends what is new; the file is readable by its owner only. */
  async flush(): Promise<void> {
    if (this.#pending === '') return;
    await appendFile(pathToFs(this.#path), this.#before + this.#pending, { mode: 0o600 });
    this.#before = '';
    this.#pending = '';
  }
}

function isRecorded(value: unknown): value is RecordedDate {
  const { date, from } = (value ?? {}) as Partial<Record<keyof RecordedDate, unknown>>;
  return typeof date === 'string' && DATE.test(date) && DATE_SOURCES.some((source) => source === from);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
