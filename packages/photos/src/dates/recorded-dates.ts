import { createRequire } from 'node:module';
import { readMetadataBlocks } from './metadata-blocks.js';
import { parseDate } from './parse-date.js';

// A CommonJS file whose default export is only some of what it exports: loaders differ in what `import` gives.
const { parse, sidecar } = createRequire(import.meta.url)('exifr') as typeof import('exifr');

/**
 * Where a date stands: EXIF `DateTimeOriginal`; XMP; IPTC; EXIF `DateTimeDigitized` (which some programs call
 * CreateDate); the date of the GPS fix, in EXIF or XMP; the text `Creation Time` of a PNG; the last change (EXIF
 * `DateTime`, which some call ModifyDate, that of XMP, or `tIME` of a PNG).
 */
export type DateSource = 'original' | 'xmp' | 'iptc' | 'digitized' | 'gps' | 'text' | 'modified';

/** All sources, for those who check a name. */
export const DATE_SOURCES: readonly DateSource[] = [
  'original',
  'xmp',
  'iptc',
  'digitized',
  'gps',
  'text',
  'modified',
];

/** A date in a photo's metadata, whether it can be true or not. */
export interface RecordedDate {
  /** `2009-07-14T10:00:00`, `2009-07-14`, `2009-07` or `2009`; on the clock that it was written by. */
  date: string;
  from: DateSource;
}

/** The XML of longer packets is not taken apart. */
const LONGEST_XMP = 1 << 18;

/** TIFF/EP and CR3 have these tags in the first directory, where exifr knows no names for them. */
const DATE_TIME_ORIGINAL = 0x9003;
const DATE_TIME_DIGITIZED = 0x9004;

const EXIF_OPTIONS = {
  ifd0: { pick: ['ModifyDate', DATE_TIME_ORIGINAL, DATE_TIME_DIGITIZED] },
  exif: { pick: ['DateTimeOriginal', 'CreateDate'] },
  gps: { pick: ['GPSDateStamp'] },
  // A TIFF file has its XMP packet in a tag.
  xmp: { parse: false },
  translateValues: false,
  reviveValues: false,
  mergeOutput: false,
};

type Tags = Record<string, unknown>;

/**
 * The dates in a photo's EXIF, XMP, IPTC and (PNG) text, the surest first: those of the moment when the picture was taken
 * (EXIF, XMP, IPTC), those of its digitization, that of the GPS fix, those of the last change. Only the parts of the file
 * that hold them are read. Damaged metadata has no dates.
 *
 * @param path Of the photo.
 * @param size Length of the file that is expected, in bytes; default: any.
 * @throws Error of the system where the file cannot be read; `ChangedPhotoError` where it has another length.
 */
export async function recordedDates(path: string, size?: number): Promise<RecordedDate[]> {
  const blocks = await readMetadataBlocks(path, size);
  const tags = blocks.exif ? await exifTags(blocks.exif) : {};
  const packet = blocks.xmp ?? tags.packet;
  const xmp = packet ? await xmpTags(packet) : {};
  const iptc = blocks.iptc ? await iptcTags(blocks.iptc) : {};
  const found: [DateSource, unknown][] = [
    ['original', tags.original],
    ['xmp', xmp.exif?.DateTimeOriginal],
    ['xmp', xmp.photoshop?.DateCreated],
    ['iptc', dateAndTime(iptc.DateCreated, iptc.TimeCreated)],
    ['digitized', tags.digitized],
    ['xmp', xmp.exif?.DateTimeDigitized],
    ['xmp', (xmp.xmp ?? xmp.xap)?.CreateDate],
    ['iptc', dateAndTime(iptc.DigitalCreationDate, iptc.DigitalCreationTime)],
    ['gps', tags.gps],
    ['gps', xmp.exif?.GPSTimeStamp],
    ['text', blocks.created],
    ['modified', tags.modified],
    ['modified', (xmp.xmp ?? xmp.xap)?.ModifyDate],
    ['modified', blocks.changed],
  ];
  const dates: RecordedDate[] = [];
  for (const [from, value] of found) {
    const written = parseDate(value);
    if (!written) continue;
    const date = written.time ? `${written.date}T${written.time}` : written.date;
    if (!dates.some((other) => other.date === date)) dates.push({ date, from });
  }
  return dates;
}

interface ExifTags {
  original?: unknown;
  digitized?: unknown;
  modified?: unknown;
  gps?: unknown;
  /** XMP packet. */
  packet?: Uint8Array;
}

async function exifTags(block: Uint8Array): Promise<ExifTags> {
  // A block that says where it is wrong is no use to us: what cannot be read is not there.
  const output = await parse(block, EXIF_OPTIONS).catch(() => undefined);
  return {
    original: output?.exif?.DateTimeOriginal ?? output?.ifd0?.[DATE_TIME_ORIGINAL],
    digitized: output?.exif?.CreateDate ?? output?.ifd0?.[DATE_TIME_DIGITIZED],
    modified: output?.ifd0?.ModifyDate,
    gps: output?.gps?.GPSDateStamp,
    ...(typeof output?.xmp === 'string' ? { packet: Buffer.from(output.xmp) } : {}),
  };
}

/** The properties of an XMP packet (ISO 16684-1) by the prefix of their namespace. */
async function xmpTags(packet: Uint8Array): Promise<Record<string, Tags | undefined>> {
  if (packet.length > LONGEST_XMP) return {};
  const output: unknown = await sidecar(packet, { xmp: true }, 'xmp').catch(() => undefined);
  return (output ?? {}) as Record<string, Tags | undefined>;
}

async function iptcTags(block: Uint8Array): Promise<Tags> {
  const output: unknown = await sidecar(block, { iptc: true }, 'iptc').catch(() => undefined);
  return (output ?? {}) as Tags;
}

/** IPTC has `20090714` and `100000+0200` in fields of their own. */
function dateAndTime(date: unknown, time: unknown): unknown {
  return typeof date === 'string' && typeof time === 'string' ? `${date} ${time}` : date;
}
