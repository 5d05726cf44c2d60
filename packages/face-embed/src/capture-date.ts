import { createRequire } from 'node:module';
import { readMetadataBlocks } from './metadata-blocks.js';

// A CommonJS file whose default export is only some of what it exports: loaders differ in what `import` gives.
const { parse, sidecar } = createRequire(import.meta.url)('exifr') as typeof import('exifr');

/**
 * What a date was taken from, the surest first: EXIF `DateTimeOriginal`; EXIF `DateTimeDigitized` (which some
 * programs call CreateDate); a date of capture in XMP; the last change, EXIF `DateTime` (ModifyDate) or that of XMP.
 */
export type DateSource = 'original' | 'digitized' | 'xmp' | 'modified';

/** When a photo was taken, as far as its file tells. */
export interface CaptureDate {
  /** `2009-07-14`; `2009-07` or `2009` where no more is known. The place's own calendar, as cameras write it. */
  date: string;
  from: DateSource;
}

/** What dates can be true. */
export interface DateLimits {
  /** A date in an earlier year is impossible; default 1826, the year of the oldest photograph that is left. */
  firstYear?: number;
  /**
   * A date later than a day after this is impossible, milliseconds since the epoch; default now. The day is for time
   * zones ahead of ours.
   */
  now?: number;
}

const FIRST_YEAR = 1826;
const DAY = 86_400_000;
/** The XML of longer packets is not taken apart. */
const LONGEST_XMP = 1 << 18;

const EXIF_OPTIONS = {
  ifd0: { pick: ['ModifyDate'] },
  exif: { pick: ['DateTimeOriginal', 'CreateDate'] },
  gps: false,
  // A TIFF file has its XMP packet in a tag.
  xmp: { parse: false },
  translateValues: false,
  reviveValues: false,
  mergeOutput: false,
};
const XMP_OPTIONS = { xmp: true };

/**
 * The date of capture in a photo's EXIF and XMP: of the sources in the order of {@link DateSource} the first that
 * holds a possible date. Only the parts of the file that hold them are read. A file whose metadata is damaged has no
 * date.
 *
 * @param path Of the photo.
 * @param size Length of the file that is expected, in bytes; default: any.
 * @returns null where the file tells no possible date.
 * @throws Error of the system where the file cannot be read; `ChangedPhotoError` where it has another length.
 */
export async function captureDate(
  path: string,
  size?: number,
  limits: DateLimits = {},
): Promise<CaptureDate | null> {
  const { exif, xmp } = await readMetadataBlocks(path, size);
  const first = (from: DateSource, ...values: unknown[]): CaptureDate | null => {
    for (const value of values) {
      const date = possibleDate(value, limits);
      if (date !== null) return { date, from };
    }
    return null;
  };
  const tags = exif ? await exifTags(exif) : {};
  const shot = first('original', tags.original) ?? first('digitized', tags.digitized);
  if (shot) return shot;
  const packet = xmp ?? tags.packet;
  const names = packet ? await xmpTags(packet) : {};
  return (
    first('xmp', ...(names.captured ?? [])) ?? first('modified', tags.modified, ...(names.modified ?? []))
  );
}

interface ExifTags {
  original?: unknown;
  digitized?: unknown;
  modified?: unknown;
  /** XMP packet. */
  packet?: Uint8Array;
}

async function exifTags(block: Uint8Array): Promise<ExifTags> {
  // A block that says where it is wrong is no use to us: what cannot be read is not there.
  const output = await parse(block, EXIF_OPTIONS).catch(() => undefined);
  return {
    original: output?.exif?.DateTimeOriginal,
    digitized: output?.exif?.CreateDate,
    modified: output?.ifd0?.ModifyDate,
    ...(typeof output?.xmp === 'string' ? { packet: Buffer.from(output.xmp) } : {}),
  };
}

/** The dates of an XMP packet (ISO 16684-1), those of capture and those of the last change, surest first. */
async function xmpTags(packet: Uint8Array): Promise<{ captured?: unknown[]; modified?: unknown[] }> {
  if (packet.length > LONGEST_XMP) return {};
  const output = (await sidecar(packet, XMP_OPTIONS, 'xmp').catch(() => undefined)) as
    | Record<string, Record<string, unknown> | undefined>
    | undefined;
  const { exif, photoshop, xmp = output?.xap } = output ?? {};
  return {
    captured: [exif?.DateTimeOriginal, photoshop?.DateCreated, exif?.DateTimeDigitized, xmp?.CreateDate],
    modified: [xmp?.ModifyDate],
  };
}

/**
 * A date as EXIF (`2009:07:14 10:00:00`) or XMP (`2009-07-14T10:00:00+02:00`) writes it, in the form of
 * {@link CaptureDate}; null where it is none, or none that can be true: before the first photograph, in the future, a
 * month 0, a 30th of February.
 */
export function possibleDate(value: unknown, limits: DateLimits = {}): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return null;
  // EXIF leaves spaces for what is not known.
  const parts = /^\s*(\d{4})(?:[-:./](\d\d|\s+)(?:[-:./](\d\d|\s+)(?:[T\s].*)?)?)?\s*\0*$/s.exec(text);
  if (!parts) return null;
  const [year, month, day] = parts.slice(1, 4).map((part) => (part?.trim() ? Number(part) : undefined));
  if (year === undefined || year < (limits.firstYear ?? FIRST_YEAR)) return null;
  if (month !== undefined && (month < 1 || month > 12)) return null;
  if (month === undefined && day !== undefined) return null;
  if (day !== undefined && (day < 1 || day > daysOf(year, month as number))) return null;
  if (Date.UTC(year, (month ?? 1) - 1, day ?? 1) > (limits.now ?? Date.now()) + DAY) return null;
  return [parts[1], month, day]
    .filter((part) => part !== undefined)
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
