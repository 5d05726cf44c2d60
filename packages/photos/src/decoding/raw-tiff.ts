import { addJpeg, emptyContent, type RawContent } from './raw-content.js';
import { TiffReader } from './tiff-reader.js';

/** Raw files have about ten directories. */
const MOST_DIRECTORIES = 64;
/** A color filter array, and linear raw data (DNG). */
const RAW_PHOTOMETRIC = [32803, 34892];
/** Compressions that only raw files of Sony, Nikon, Samsung and Pentax have. */
const RAW_COMPRESSION = [32767, 34713, 32769, 32770, 65535];

const TAG = {
  width: 0x0100,
  height: 0x0101,
  compression: 0x0103,
  photometric: 0x0106,
  stripOffsets: 0x0111,
  orientation: 0x0112,
  stripLengths: 0x0117,
  subDirectories: 0x014a,
  jpegStart: 0x0201,
  jpegLength: 0x0202,
  panasonicJpeg: 0x002e,
  exif: 0x8769,
  makerNote: 0x927c,
  dngVersion: 0xc612,
  olympusSettings: 0x2020,
  olympusPreviewStart: 0x0101,
  olympusPreviewLength: 0x0102,
} as const;

/** Walks over all directories and their sub-directories, each once. */
export function tiffContent(bytes: Buffer): { found: RawContent; isRaw: boolean } {
  const reader = new TiffReader(bytes);
  const found = emptyContent();
  let isRaw = bytes.toString('latin1', 8, 10) === 'CR';
  const queue = [reader.u32(4)];
  const seen = new Set<number>();
  while (queue.length > 0 && seen.size < MOST_DIRECTORIES) {
    const at = queue.shift()!;
    if (at < 8 || at >= bytes.length || seen.has(at)) continue;
    seen.add(at);
    const { tags, next } = reader.directory(at);
    const one = (tag: number) => reader.numbers(tags.get(tag))[0];
    const compression = one(TAG.compression) ?? 0;
    const [width, height] = [one(TAG.width) ?? 0, one(TAG.height) ?? 0];
    if (
      tags.has(TAG.dngVersion) ||
      RAW_PHOTOMETRIC.includes(one(TAG.photometric) ?? 0) ||
      RAW_COMPRESSION.includes(compression)
    )
      isRaw = true;
    if (width * height > found.width * found.height) Object.assign(found, { width, height });
    const orientation = one(TAG.orientation);
    if (orientation !== undefined && orientation >= 1 && orientation <= 8) found.orientation ??= orientation;
    addJpeg(found, bytes, one(TAG.jpegStart), one(TAG.jpegLength));
    if (tags.get(TAG.stripOffsets)?.count === 1 && (compression === 6 || compression === 7))
      addJpeg(found, bytes, one(TAG.stripOffsets), one(TAG.stripLengths));
    const panasonic = tags.get(TAG.panasonicJpeg);
    if (panasonic) addJpeg(found, bytes, panasonic.start, panasonic.length);
    const note = tags.get(TAG.makerNote);
    if (note) addOlympusPreview(found, reader, note.start);
    queue.push(...reader.numbers(tags.get(TAG.subDirectories)), ...reader.numbers(tags.get(TAG.exif)), next);
  }
  return { found, isRaw };
}

/** Olympus keeps the preview in its maker note: mark, byte order, version, a directory; offsets count from the mark. */
function addOlympusPreview(found: RawContent, reader: TiffReader, note: number): void {
  const mark = reader.bytes.toString('latin1', note, note + 9);
  const directory = mark.startsWith('OLYMPUS\0') ? 12 : mark === 'OM SYSTEM' ? 16 : 0;
  if (directory === 0) return;
  const entry = reader.directory(note + directory, note).tags.get(TAG.olympusSettings);
  if (!entry) return;
  // Newer cameras give its place, older ones the directory itself.
  const settings = entry.length === 4 ? note + reader.u32(entry.start) : entry.start;
  const { tags } = reader.directory(settings, note);
  const [start] = reader.numbers(tags.get(TAG.olympusPreviewStart));
  const [length] = reader.numbers(tags.get(TAG.olympusPreviewLength));
  if (start !== undefined) addJpeg(found, reader.bytes, note + start, length);
}
