import { type BmffBox, boxes, findBox } from './bmff-boxes.js';
import { EXIF_MARK } from './exif-mark.js';
import { ImageDecodeError } from './image-decode-error.js';

/** Extensions of raw files whose embedded preview can be decoded, lower case without the dot. */
export const RAW_EXTENSIONS: readonly string[] =
  'cr2 cr3 nef nrw arw srf sr2 dng raf orf rw2 rwl pef srw 3fr fff erf iiq mef gpr'.split(' ');

/** Beginnings of raw files that are TIFF but for these: Olympus (ORF) and Panasonic (RW2). */
export const TIFF_LIKE_RAW: readonly string[] = ['IIRO', 'IIRS', 'MMOR', 'IIU\0'];
/** Where a RAF file says where its JPEG begins; its length follows. 32 bits each, big-endian. */
export const RAF_PREVIEW_AT = 84;

/** Raw files have about ten directories. */
const MOST_DIRECTORIES = 64;
const MOST_ENTRIES = 1024;
const MOST_LINKS = 16;
const MOST_TRACKS = 16;
const MOST_SEGMENTS = 512;
/** A preview this long is worth searching for faces though the raw picture may be longer. */
const LONG_ENOUGH = 1000;
/** Else this share of the raw picture. */
const NEAR_FULL = 0.5;

/** A color filter array, and linear raw data (DNG). */
const RAW_PHOTOMETRIC = [32803, 34892];
/** Compressions that only raw files of Sony, Nikon, Samsung and Pentax have. */
const RAW_COMPRESSION = [32767, 34713, 32769, 32770, 65535];
/** Bytes of a value of each TIFF type, by its number. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];

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

interface Range {
  start: number;
  end: number;
}

interface Found {
  candidates: Range[];
  orientation: number | null;
  /** Size of the raw picture in pixels; 0 where it is not known. */
  width: number;
  height: number;
}

/**
 * The largest JPEG in a raw file of a camera (CR2, CR3, NEF, ARW, DNG, RAF, ORF, RW2, PEF, SRW and others built like them), with
 * the orientation that the raw file states, or else the JPEG's own, as its only one.
 *
 * @param source All of the file; whatever it says is checked against its length.
 * @returns a JPEG file; `null` where the bytes are no raw file
 * @throws {ImageDecodeError} when it holds no JPEG that is 1,000 pixels long or half as long as the raw picture
 */
export function rawPreview(source: Uint8Array): Uint8Array | null {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const found = findPreviews(bytes);
  if (!found) return null;
  let best: (Range & { width: number; height: number }) | null = null;
  for (const range of found.candidates) {
    const size = jpegSize(bytes, range);
    if (size && (!best || size.width * size.height > best.width * best.height)) best = { ...range, ...size };
  }
  const full = Math.max(found.width, found.height);
  const side = best ? Math.max(best.width, best.height) : 0;
  if (!best || (side < LONG_ENOUGH && (full === 0 || side < NEAR_FULL * full))) {
    const largest = best ? `the largest picture in it is ${best.width}×${best.height}` : 'no JPEG is in it';
    throw new ImageDecodeError(`the raw file holds no full-size preview: ${largest}; convert it to JPEG`);
  }
  const jpeg = bytes.subarray(best.start, best.end);
  let orientation = found.orientation ?? jpegOrientation(jpeg) ?? 1;
  // Already upright: the camera turned the preview, not the raw picture.
  if (orientation >= 5 && found.width > found.height && best.width < best.height) orientation = 1;
  return withOrientation(jpeg, orientation);
}

function findPreviews(bytes: Buffer): Found | null {
  const kind = bytes.toString('latin1', 0, 4);
  if (bytes.toString('latin1', 4, 12) === 'ftypcrx ') return inCr3(bytes);
  if (kind === 'FUJI' && bytes.toString('latin1', 0, 8) === 'FUJIFILM') return inRaf(bytes);
  if (TIFF_LIKE_RAW.includes(kind)) return inTiff(bytes).found;
  if (kind !== 'II*\0' && kind !== 'MM\0*') return null;
  const { found, isRaw } = inTiff(bytes);
  return isRaw ? found : null;
}

/** Reads numbers of a TIFF structure; what is outside of the file reads as nothing. */
class TiffReader {
  readonly bytes: Buffer;
  readonly #little: boolean;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.#little = bytes[0] === 0x49;
  }

  u16(at: number): number {
    if (at < 0 || at + 2 > this.bytes.length) return 0;
    return this.#little ? this.bytes.readUInt16LE(at) : this.bytes.readUInt16BE(at);
  }

  u32(at: number): number {
    if (at < 0 || at + 4 > this.bytes.length) return 0;
    return this.#little ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at);
  }

  /** The entries of a directory, and where the next one is; offsets in it count from `base`. */
  directory(at: number, base = 0): { tags: Map<number, Entry>; next: number } {
    const tags = new Map<number, Entry>();
    const count = this.u16(at);
    if (count === 0 || count > MOST_ENTRIES) return { tags, next: 0 };
    for (let i = 0, entry = at + 2; i < count && entry + 12 <= this.bytes.length; i++, entry += 12) {
      const type = this.u16(entry + 2);
      const values = this.u32(entry + 4);
      const length = (TYPE_BYTES[type] ?? 1) * values;
      const start = length <= 4 ? entry + 8 : base + this.u32(entry + 8);
      if (start + length <= this.bytes.length)
        tags.set(this.u16(entry), { type, count: values, start, length });
    }
    return { tags, next: this.u32(at + 2 + 12 * count) };
  }

  /** The values of an entry as whole numbers of 16 or 32 bits; the first few. */
  numbers(entry: Entry | undefined): number[] {
    if (!entry) return [];
    const isShort = entry.type === 3;
    return Array.from({ length: Math.min(entry.count, MOST_LINKS) }, (_, i) =>
      isShort ? this.u16(entry.start + 2 * i) : this.u32(entry.start + 4 * i),
    );
  }
}

interface Entry {
  type: number;
  count: number;
  start: number;
  /** Bytes. */
  length: number;
}

/** Walks over all directories and their sub-directories, each once. */
function inTiff(bytes: Buffer): { found: Found; isRaw: boolean } {
  const reader = new TiffReader(bytes);
  const found: Found = { candidates: [], orientation: null, width: 0, height: 0 };
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
    addRange(found, bytes, one(TAG.jpegStart), one(TAG.jpegLength));
    if (tags.get(TAG.stripOffsets)?.count === 1 && (compression === 6 || compression === 7))
      addRange(found, bytes, one(TAG.stripOffsets), one(TAG.stripLengths));
    const panasonic = tags.get(TAG.panasonicJpeg);
    if (panasonic) addRange(found, bytes, panasonic.start, panasonic.length);
    const note = tags.get(TAG.makerNote);
    if (note) addOlympusPreview(found, reader, note.start);
    queue.push(...reader.numbers(tags.get(TAG.subDirectories)), ...reader.numbers(tags.get(TAG.exif)), next);
  }
  return { found, isRaw };
}

/** Olympus keeps the preview in its maker note: mark, byte order, version, a directory; offsets count from the mark. */
function addOlympusPreview(found: Found, reader: TiffReader, note: number): void {
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
  if (start !== undefined) addRange(found, reader.bytes, note + start, length);
}

function inRaf(bytes: Buffer): Found {
  const found: Found = { candidates: [], orientation: null, width: 0, height: 0 };
  if (bytes.length >= RAF_PREVIEW_AT + 8)
    addRange(found, bytes, bytes.readUInt32BE(RAF_PREVIEW_AT), bytes.readUInt32BE(RAF_PREVIEW_AT + 4));
  return found;
}

/** A block of metadata in a CR3 file, such as `CMT1` (the first directory) and `CMT2` (EXIF): in a `uuid` box of `moov`. */
export function cr3Block(bytes: Buffer, type: string): BmffBox | undefined {
  const moov = findBox(bytes, { start: 0, end: bytes.length }, 'moov');
  const uuid = moov && findBox(bytes, moov, 'uuid');
  // Its name, 16 bytes, comes first.
  return uuid && findBox(bytes, { start: uuid.start + 16, end: uuid.end }, type);
}

/** The JPEG that is a track of its own, and the preview in a `uuid` box at the top. */
function inCr3(bytes: Buffer): Found {
  const found: Found = { candidates: [], orientation: null, width: 0, height: 0 };
  const first = cr3Block(bytes, 'CMT1');
  if (first) {
    const block = inTiff(bytes.subarray(first.start, first.end)).found;
    Object.assign(found, { orientation: block.orientation, width: block.width, height: block.height });
  }
  const all = { start: 0, end: bytes.length };
  const moov = findBox(bytes, all, 'moov');
  let tracks = 0;
  if (moov) {
    for (const track of boxes(bytes, moov)) {
      if (track.type === 'trak' && tracks++ < MOST_TRACKS) addTrack(found, bytes, track);
    }
  }
  let looked = 0;
  for (const box of boxes(bytes, all)) {
    if (looked++ > MOST_DIRECTORIES) break;
    // Name of the box, 16 bytes, and eight more.
    const preview =
      box.type === 'uuid' ? findBox(bytes, { start: box.start + 24, end: box.end }, 'PRVW') : undefined;
    if (preview && preview.start + 16 <= preview.end)
      addRange(found, bytes, preview.start + 16, bytes.readUInt32BE(preview.start + 12));
  }
  return found;
}

/** The first sample of a track: its length is in `stsz`, its place in `co64` or `stco`. */
function addTrack(found: Found, bytes: Buffer, track: BmffBox): void {
  let table: BmffBox | undefined = track;
  for (const type of ['mdia', 'minf', 'stbl']) table = table && findBox(bytes, table, type);
  if (!table) return;
  const sizes = findBox(bytes, table, 'stsz');
  const long = findBox(bytes, table, 'co64');
  const short = findBox(bytes, table, 'stco');
  if (!sizes || sizes.start + 12 > sizes.end) return;
  const same = bytes.readUInt32BE(sizes.start + 4);
  const length = same || (sizes.start + 16 <= sizes.end ? bytes.readUInt32BE(sizes.start + 12) : 0);
  if (long && long.start + 16 <= long.end)
    addRange(found, bytes, Number(bytes.readBigUInt64BE(long.start + 8)), length);
  else if (short && short.start + 12 <= short.end)
    addRange(found, bytes, bytes.readUInt32BE(short.start + 8), length);
}

/** Notes a part of the file that begins as a JPEG does; one that is cut off ends with the file. */
function addRange(found: Found, bytes: Buffer, start: number | undefined, length: number | undefined): void {
  if (!start || !length || start + 4 > bytes.length) return;
  if (bytes[start] !== 0xff || bytes[start + 1] !== 0xd8) return;
  found.candidates.push({ start, end: Math.min(start + length, bytes.length) });
}

/** The segments of a JPEG before its picture: the marker, where the segment begins (0xff) and ends. */
function* segments(bytes: Buffer, { start, end }: Range): Generator<Range & { marker: number }> {
  let at = start + 2;
  for (let n = 0; n < MOST_SEGMENTS && at + 4 <= end && bytes[at] === 0xff; n++) {
    const marker = bytes[at + 1]!;
    // any number of 0xff may stand before a marker
    if (marker === 0xff) {
      at++;
      continue;
    }
    const next = at + 2 + bytes.readUInt16BE(at + 2);
    if (marker === 0xda || marker === 0xd9 || next < at + 4 || next > end) return;
    yield { marker, start: at, end: next };
    at = next;
  }
}

/** Pixels of a JPEG of 8 bits; `null` for lossless JPEG, which raw data are kept in, and for what is damaged. */
function jpegSize(bytes: Buffer, range: Range): { width: number; height: number } | null {
  for (const { marker, start, end } of segments(bytes, range)) {
    if (marker < 0xc0 || marker > 0xcf || [0xc4, 0xc8, 0xcc].includes(marker)) continue;
    if (marker > 0xc2 || end < start + 10 || bytes[start + 4] !== 8) return null;
    const [height, width] = [bytes.readUInt16BE(start + 5), bytes.readUInt16BE(start + 7)];
    return width > 0 && height > 0 ? { width, height } : null;
  }
  return null;
}

function isExif(jpeg: Buffer, { marker, start, end }: Range & { marker: number }): boolean {
  return (
    marker === 0xe1 && jpeg.subarray(start + 4, Math.min(end, start + 4 + EXIF_MARK.length)).equals(EXIF_MARK)
  );
}

function jpegOrientation(jpeg: Buffer): number | null {
  for (const segment of segments(jpeg, { start: 0, end: jpeg.length })) {
    if (isExif(jpeg, segment))
      return inTiff(jpeg.subarray(segment.start + 4 + EXIF_MARK.length, segment.end)).found.orientation;
  }
  return null;
}

/** The JPEG with an EXIF block that states the orientation and nothing else, in place of its own. */
function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const exif = Buffer.from('ffe1002245786966000049492a00080000000100120103000100000000000000000000', 'hex');
  exif.writeUInt16LE(orientation, 28);
  const pieces = [jpeg.subarray(0, 2), Buffer.concat([exif, Buffer.alloc(36 - exif.length)])];
  let at = 2;
  for (const segment of segments(jpeg, { start: 0, end: jpeg.length })) {
    if (!isExif(jpeg, segment)) continue;
    pieces.push(jpeg.subarray(at, segment.start));
    at = segment.end;
  }
  return Buffer.concat([...pieces, jpeg.subarray(at)]);
}
