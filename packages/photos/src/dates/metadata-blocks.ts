import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { pathToFs } from '@face-sets/files';
import type { Metadata } from 'sharp';
import { EXIF_MARK, withoutExifMark } from '../decoding/exif-mark.js';
import { cr3Block } from '../decoding/raw-cr3.js';
import { RAF_PREVIEW_AT, TIFF_LIKE_RAW } from '../decoding/raw-preview.js';
import { loadSharp } from '../load-sharp.js';

/** The parts of a photo file that tell about it, as they stand in the file. */
export interface MetadataBlocks {
  /** An EXIF block: begins with its TIFF header. Absent where the file has none. */
  exif?: Uint8Array;
  /** An XMP packet, UTF-8. Absent where the file has none. */
  xmp?: Uint8Array;
  /** The records of IPTC-IIM. Absent where the file has none. */
  iptc?: Uint8Array;
  /** When a PNG was made, in the words of its text `Creation Time`. */
  created?: string;
  /** When a PNG was last changed (`tIME`), `2009-07-14T10:00:00Z`. */
  changed?: string;
}

/** Bytes read at once; what lies in them already is not read again. */
const WINDOW = 65_536;
/** Bytes read at once where a file is walked over, from block to block. */
const STEP = 4096;
/** Blocks of a file that are looked at; photos have a few dozen. */
const MOST_BLOCKS = 512;
/** A longer block is not metadata as cameras and editors write it. */
const LONGEST_BLOCK = 1 << 20;
/** Longer TIFF files are not looked into. */
const LONGEST_TIFF = 256 << 20;

const XMP_MARK = Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1');
const PNG_MARK = Buffer.from('89504e470d0a1a0a', 'hex');
const PNG_XMP_KEYWORD = 'XML:com.adobe.xmp';
const PNG_CREATED_KEYWORD = 'creation time';
/** Chunks of a PNG that are looked into. */
const PNG_CHUNKS = ['eXIf', 'tEXt', 'zTXt', 'iTXt', 'tIME'];
const PHOTOSHOP_MARK = Buffer.from('Photoshop 3.0\0', 'latin1');
/** Number of the resource with IPTC-IIM records (Adobe, "Photoshop File Formats Specification"). */
const IPTC_RESOURCE = 0x0404;

/**
 * Finds the EXIF block, the XMP packet and what else tells about a photo, reading little more of the file than these and
 * the way there, also where they stand behind megabytes of picture or the container is WebP (exifr's own readers do
 * neither):
 * the segments of a JPEG up to the picture, the chunks of a PNG or WebP without their content, the head, the tail and
 * the first directory of a TIFF; what raw files keep in these forms. HEIC, AVIF and the IPTC of a TIFF are left to sharp.
 * Other formats have none.
 *
 * @param size Length of the file that is expected, in bytes.
 * @throws Error of the system where the file cannot be read; {@link ChangedPhotoError} where it has another length.
 */
export async function readMetadataBlocks(path: string, size?: number): Promise<MetadataBlocks> {
  const file = await open(pathToFs(path), 'r');
  let head: Buffer;
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new Error(`${path} is not a file`);
    if (size !== undefined && stat.size !== size) {
      throw new ChangedPhotoError(
        `${path} has changed: ${stat.size} bytes, ${size} when its faces were found; embed the photo again`,
      );
    }
    const reader = new PieceReader(file, stat.size);
    head = await reader.at(0, 32, WINDOW);
    if (head.length >= 4 && head[0] === 0xff && head[1] === 0xd8) return await jpegBlocks(reader);
    if (head.subarray(0, 8).equals(PNG_MARK)) return await pngBlocks(reader);
    const kind = head.toString('latin1', 0, 4);
    if (kind === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP') return await webpBlocks(reader);
    if (TIFF_LIKE_RAW.includes(kind)) return await tiffBlocks(reader, head);
    if (kind === 'FUJI') return await jpegBlocks(reader, await previewOfRaf(reader));
    if (head.toString('latin1', 4, 12) === 'ftypcrx ') return await cr3Blocks(reader);
    if (kind === 'II*\0' || kind === 'MM\0*') {
      // exifr takes the IPTC tag for the numbers that many programs give as its type; libtiff does not.
      const { iptc } = await sharpBlocks(path);
      return { ...(await tiffBlocks(reader, head)), ...(iptc && { iptc }) };
    }
  } finally {
    await file.close();
  }
  return head.toString('latin1', 4, 8) === 'ftyp' ? sharpBlocks(path) : {};
}

/** The file at the path is not the expected photo. */
export class ChangedPhotoError extends Error {
  override name = 'ChangedPhotoError';
}

/** Reads pieces of a file, and keeps the last window for the next ones. */
class PieceReader {
  readonly size: number;
  readonly #file: FileHandle;
  #window: Buffer = Buffer.alloc(0);
  #start = 0;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  /** The bytes from `offset`, fewer at the end of the file; at least `window` of them are fetched. */
  async at(offset: number, length: number, window = STEP): Promise<Buffer> {
    const end = Math.min(offset + length, this.size);
    if (offset >= end) return Buffer.alloc(0);
    if (offset < this.#start || end > this.#start + this.#window.length) {
      const wanted = Math.min(Math.max(length, window), this.size - offset);
      const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(wanted), 0, wanted, offset);
      this.#window = buffer.subarray(0, bytesRead);
      this.#start = offset;
    }
    return this.#window.subarray(offset - this.#start, end - this.#start);
  }
}

/** Segments before the picture; see ITU-T T.81, annex B, and the Exif standard for the APP1 segment. */
async function jpegBlocks(reader: PieceReader, start = 0): Promise<MetadataBlocks> {
  const blocks: MetadataBlocks = {};
  let at = start + 2;
  for (let n = 0; n < MOST_BLOCKS; n++) {
    const head = await reader.at(at, 4);
    if (head.length < 4 || head[0] !== 0xff) break;
    // any number of 0xff may stand before a marker
    if (head[1] === 0xff) {
      at++;
      continue;
    }
    const marker = head[1];
    const length = head.readUInt16BE(2);
    if (marker === 0xda || marker === 0xd9 || length < 2) break;
    if (marker === 0xe1) {
      const content = await reader.at(at + 4, length - 2);
      if (startsWith(content, EXIF_MARK)) blocks.exif ??= Buffer.from(content.subarray(EXIF_MARK.length));
      else if (startsWith(content, XMP_MARK)) blocks.xmp ??= Buffer.from(content.subarray(XMP_MARK.length));
    } else if (marker === 0xed && !blocks.iptc) {
      const content = await reader.at(at + 4, length - 2);
      if (startsWith(content, PHOTOSHOP_MARK)) Object.assign(blocks, iptcOf(content));
    }
    at += 2 + length;
  }
  return blocks;
}

/** The IPTC records among the resources that Photoshop keeps in a JPEG: mark, number, name, length, content of each. */
function iptcOf(segment: Buffer): Pick<MetadataBlocks, 'iptc'> {
  for (let at = PHOTOSHOP_MARK.length; at + 12 <= segment.length; ) {
    if (segment.toString('latin1', at, at + 4) !== '8BIM') break;
    const name = segment.readUInt8(at + 6);
    const lengthAt = at + 6 + even(1 + name);
    if (lengthAt + 4 > segment.length) break;
    const start = lengthAt + 4;
    const end = start + segment.readUInt32BE(lengthAt);
    if (segment.readUInt16BE(at + 4) === IPTC_RESOURCE)
      return { iptc: Buffer.from(segment.subarray(start, end)) };
    at = even(end);
  }
  return {};
}

function even(length: number): number {
  return length + (length % 2);
}

/**
 * Chunks; the PNG specification, third edition, has `eXIf`, XMP in `iTXt` (some programs write `zTXt`), texts and `tIME`.
 */
async function pngBlocks(reader: PieceReader): Promise<MetadataBlocks> {
  const blocks: MetadataBlocks = {};
  let at = 8;
  for (let n = 0; n < MOST_BLOCKS; n++) {
    const head = await reader.at(at, 8, n === 0 ? STEP : 8);
    if (head.length < 8) break;
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    if (type === 'IEND') break;
    if (PNG_CHUNKS.includes(type) && length <= LONGEST_BLOCK) {
      const content = Buffer.from(await reader.at(at + 8, length));
      if (type === 'eXIf') blocks.exif ??= withoutExifMark(content);
      else if (type === 'tIME') blocks.changed ??= timeOf(content);
      else await addText(blocks, content, type);
    }
    at += length + 12;
  }
  return blocks;
}

/** Year, month, day, hours, minutes and seconds of a `tIME` chunk. */
function timeOf(content: Buffer): string | undefined {
  if (content.length < 7) return undefined;
  const two = (at: number) => String(content[at]).padStart(2, '0');
  return `${content.readUInt16BE(0)}-${two(2)}-${two(3)}T${two(4)}:${two(5)}:${two(6)}Z`;
}

/**
 * Takes the XMP packet or the time of creation from a text chunk. `iTXt`: keyword, whether it is compressed, method,
 * language, translated keyword, text; `zTXt`: keyword, method, compressed text; `tEXt`: keyword, text.
 */
async function addText(blocks: MetadataBlocks, content: Buffer, type: string): Promise<void> {
  const end = content.indexOf(0);
  const keyword = content.toString('latin1', 0, end);
  const isXmp = keyword === PNG_XMP_KEYWORD;
  if (!isXmp && keyword.toLowerCase() !== PNG_CREATED_KEYWORD) return;
  let start = end + 1;
  let compressed = type === 'zTXt';
  if (compressed) start = end + 2;
  else if (type === 'iTXt') {
    compressed = content[end + 1] !== 0;
    const language = content.indexOf(0, end + 3);
    const translated = language < 0 ? -1 : content.indexOf(0, language + 1);
    if (translated < 0) return;
    start = translated + 1;
  }
  const text = compressed ? await inflated(content.subarray(start)) : content.subarray(start);
  if (isXmp) blocks.xmp ??= text;
  else if (text) blocks.created ??= Buffer.from(text).toString('latin1');
}

function inflated(bytes: Buffer): Promise<Uint8Array | undefined> {
  return promisify(inflate)(bytes, { maxOutputLength: LONGEST_BLOCK }).catch(() => undefined);
}

/** Chunks of a RIFF container: `EXIF` and `XMP `, which stand behind the picture. */
async function webpBlocks(reader: PieceReader): Promise<MetadataBlocks> {
  const blocks: MetadataBlocks = {};
  let at = 12;
  for (let n = 0; n < MOST_BLOCKS; n++) {
    const head = await reader.at(at, 8);
    if (head.length < 8) break;
    const type = head.toString('latin1', 0, 4);
    const length = head.readUInt32LE(4);
    if ((type === 'EXIF' || type === 'XMP ') && length <= LONGEST_BLOCK) {
      const content = Buffer.from(await reader.at(at + 8, length));
      if (type === 'XMP ') blocks.xmp ??= content;
      else blocks.exif ??= withoutExifMark(content);
    }
    at += 8 + length + (length % 2);
  }
  return blocks;
}

/**
 * A TIFF file is an EXIF block as a whole, but with the picture in it. Its directories may be anywhere, most often at
 * the end: what is returned is as long as the file, and zero but for its head, its tail and its first directory.
 */
async function tiffBlocks(reader: PieceReader, head: Buffer): Promise<MetadataBlocks> {
  if (reader.size > LONGEST_TIFF) return {};
  const directory = head[0] === 0x49 ? head.readUInt32LE(4) : head.readUInt32BE(4);
  const exif = Buffer.alloc(reader.size);
  for (const offset of [0, directory, Math.max(0, reader.size - WINDOW)]) {
    const piece = await reader.at(offset, WINDOW);
    piece.copy(exif, Math.min(offset, reader.size));
  }
  return { exif };
}

/** Where the JPEG of a RAF file begins, which has its metadata. */
async function previewOfRaf(reader: PieceReader): Promise<number> {
  const place = await reader.at(RAF_PREVIEW_AT, 4);
  return place.length < 4 ? reader.size : place.readUInt32BE(0);
}

/** The EXIF directory of a CR3 file: `CMT2`, a block of its own, in a `uuid` box of `moov`, before the previews. */
async function cr3Blocks(reader: PieceReader): Promise<MetadataBlocks> {
  const bytes = await reader.at(0, 4 * WINDOW);
  const exif = cr3Block(bytes, 'CMT2');
  return exif ? { exif: Buffer.from(bytes.subarray(exif.start, exif.end)) } : {};
}

/** What sharp finds in the header of a file; it does not take a path that is not text. */
async function sharpBlocks(path: string): Promise<Pick<MetadataBlocks, 'exif' | 'xmp' | 'iptc'>> {
  if (typeof pathToFs(path) !== 'string') return {};
  const sharp = await loadSharp();
  const { exif, xmp, iptc } = await sharp(path, { limitInputPixels: false })
    .metadata()
    .catch((): Partial<Metadata> => ({}));
  return { ...(exif && { exif: withoutExifMark(exif) }), ...(xmp && { xmp }), ...(iptc && { iptc }) };
}

function startsWith(bytes: Buffer, mark: Buffer): boolean {
  return bytes.subarray(0, mark.length).equals(mark);
}
