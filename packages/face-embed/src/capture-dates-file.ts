import { appendFile, readFile } from 'node:fs/promises';
import { pathToFs } from '@face-sets/cache-npz';
import type { CaptureDate, DateSource } from './capture-date.js';

/** The first line of the file. */
const HEADER = { kind: 'face-sets capture dates', schema_version: 1 };
const SOURCES: readonly DateSource[] = ['original', 'digitized', 'xmp', 'modified'];

/** A file of dates that is not ours, or of another version. */
export class CaptureDatesError extends Error {
  override name = 'CaptureDatesError';
}

/** Where the dates of a cache's photos are kept: beside it. */
export function captureDatesPath(cachePath: string): string {
  return `${cachePath}.dates.jsonl`;
}

/**
 * The dates of photos by the SHA-256 of their content, kept in a file of JSON lines that only grows: a header, then
 * `{"sha256":"…","date":"2009-07-14","from":"original"}` or `{"sha256":"…","date":null}` for each photo that was
 * read. A line that a crash cut off is passed over; of several for a photo the last counts.
 */
export class CaptureDatesFile {
  readonly #path: string;
  readonly #dates: Map<string, CaptureDate | null>;
  /** What must come before the next line. */
  #before: string;
  #pending = '';

  private constructor(path: string, dates: Map<string, CaptureDate | null>, before: string) {
    this.#path = path;
    this.#dates = dates;
    this.#before = before;
  }

  /**
   * Opens the file; where there is none, it is made by the first {@link flush}.
   *
   * @throws CaptureDatesError where it is not ours.
   */
  static async open(path: string): Promise<CaptureDatesFile> {
    const dates = new Map<string, CaptureDate | null>();
    const header = `${JSON.stringify(HEADER)}\n`;
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
          `found ${JSON.stringify(lines[0].slice(0, 60))}; move it away, and they are read anew`,
      );
    }
    for (const line of lines.slice(1)) {
      const entry = parsed(line) as { sha256?: unknown; date?: unknown; from?: unknown } | null;
      if (typeof entry?.sha256 !== 'string') continue;
      const { sha256, date, from } = entry;
      if (date === null) dates.set(sha256, null);
      else if (typeof date === 'string' && /^\d{4}(-\d\d){0,2}$/.test(date)) {
        const source = SOURCES.find((name) => name === from);
        if (source) dates.set(sha256, { date, from: source });
      }
    }
    return new CaptureDatesFile(path, dates, text.endsWith('\n') ? '' : '\n');
  }

  /** What is kept of a photo: its date, null where it has none, undefined where it was never read. */
  get(sha256: string): CaptureDate | null | undefined {
    return this.#dates.get(sha256);
  }

  /** Keeps a photo's date; on disk with the next {@link flush}. */
  set(sha256: string, date: CaptureDate | null): void {
    this.#dates.set(sha256, date);
    this.#pending += `${JSON.stringify({ sha256, date: date?.date ?? null, from: date?.from })}\n`;
  }

  /** Appends what is new; the file is readable by its owner only. */
  async flush(): Promise<void> {
    if (this.#pending === '') return;
    await appendFile(pathToFs(this.#path), this.#before + this.#pending, { mode: 0o600 });
    this.#before = '';
    this.#pending = '';
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
